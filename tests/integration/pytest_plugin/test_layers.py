"""A shared fixture lives exactly as long as its rows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.integration.pytest_plugin.project import Project

pytest_plugins = ("pytester",)
pytestmark = pytest.mark.integration


@pytest.fixture
def project(pytester: pytest.Pytester, left_running: Path) -> Project:
    return Project(pytester, left_running)


HELP = """
import pytest

def items(api):
    return api.get("/items").json()

def make(api, name):
    assert api.post("/items", json={"name": name}).status_code == 201
    return name

def drop(api, name):
    assert api.delete(f"/items/{name}").status_code == 200

"""


def shared(name: str, scope: str, *needs: str) -> str:
    """The source of a shared fixture that makes an item of its name and takes it away again."""
    return HELP + (
        f"@pytest.fixture(scope={scope!r})\n"
        f"def {name}({', '.join(('api', *needs))}):\n"
        f"    print('\\nup {name}')\n"
        f"    yield make(api, {name!r})\n"
        f"    drop(api, {name!r})\n"
        f"    print('down {name}')\n"
    )


def test_the_rows_of_a_module_fixture_stay_for_the_module_and_go_with_it(project: Project) -> None:
    project.write(
        test_a=shared("shared", "module")
        + """
def test_1(api, shared):
    make(api, "own")
def test_2(api, shared):
    assert items(api) == ["shared"]
""",
        test_b=HELP
        + """
def test_3(api):
    assert items(api) == []
""",
    )
    result = project.run("-s")
    result.assert_outcomes(passed=3)
    assert result.stdout.str().count("up shared") == 1


def test_the_rows_go_even_if_the_fixture_does_not_clean_up(project: Project) -> None:
    project.write(
        test_a=HELP
        + """
@pytest.fixture(scope="module")
def shared(api):
    return make(api, "shared")
def test_1(api, shared):
    assert items(api) == ["shared"]
""",
        test_b=HELP
        + """
def test_2(api):
    assert items(api) == []
""",
    )
    project.run().assert_outcomes(passed=2)


def test_a_shared_row_that_a_test_changed_is_as_the_fixture_made_it_in_the_next(project: Project) -> None:
    result = project.test(
        shared("shared", "module")
        + """
def test_1(api, shared):
    drop(api, "shared")
def test_2(api, shared):
    drop(api, "shared")
"""
    )
    result.assert_outcomes(passed=2)


def test_layers_nest_from_session_to_class(project: Project) -> None:
    project.write(
        conftest=shared("a_session", "session") + shared("b_package", "package"),
        test_it=shared("c_module", "module")
        + shared("d_class", "class")
        + """
class TestOuter:
    def test_1(self, api, d_class, c_module, b_package, a_session):
        make(api, "own")
        assert items(api) == ["a_session", "b_package", "c_module", "d_class", "own"]
    class TestInner:
        def test_2(self, api, d_class):
            make(api, "own")
            assert items(api) == ["a_session", "b_package", "c_module", "d_class", "own"]
def test_3(api):
    assert items(api) == ["a_session", "b_package", "c_module"]
""",
        test_other=HELP
        + """
def test_4(api):
    assert items(api) == ["a_session", "b_package"]
""",
    )
    project.run().assert_outcomes(passed=4)


def test_a_wider_fixture_that_comes_late_goes_with_the_narrower_one_and_comes_anew(project: Project) -> None:
    project.write(
        conftest=shared("wide", "session"),
        test_it=shared("narrow", "class")
        + """
class TestFirst:
    def test_1(self, api, narrow):
        assert items(api) == ["narrow"]
    def test_2(self, api, wide):
        assert items(api) == ["narrow", "wide"]
def test_3(api):
    assert items(api) == []
def test_4(api, wide):
    assert items(api) == ["wide"]
def test_5(api):
    assert items(api) == ["wide"]
""",
    )
    result = project.run("-s")
    result.assert_outcomes(passed=5)
    turns = re.findall(r"(?:up|down) (?:wide|narrow)", result.stdout.str())
    assert turns == ["up narrow", "up wide", "down wide", "down narrow", "up wide", "down wide"]


def test_what_depends_on_a_late_wider_fixture_goes_with_it(project: Project) -> None:
    project.write(
        conftest=shared("wide", "session")
        + """
@pytest.fixture(scope="session")
def derived(wide):
    return object()
""",
        test_it=shared("narrow", "class")
        + """
seen = []
class TestFirst:
    def test_1(self, narrow): pass
    def test_2(self, derived):
        seen.append(derived)
def test_3(api, derived):
    assert derived is not seen[0]
    assert items(api) == ["wide"]
""",
    )
    project.run().assert_outcomes(passed=3)


def test_a_wider_fixture_that_only_read_above_a_narrower_one_reads_anew_when_that_is_gone(project: Project) -> None:
    project.write(
        conftest=HELP
        + """
@pytest.fixture(scope="session")
def known(api):
    return items(api)
""",
        test_it=shared("narrow", "class")
        + """
class TestFirst:
    def test_1(self, narrow): pass
    def test_2(self, known):
        assert known == ["narrow"]
def test_3(known):
    assert known == []
""",
    )
    project.run().assert_outcomes(passed=3)


def test_a_wider_fixture_first_asked_for_in_a_test_that_wrote_goes_with_that_test(project: Project) -> None:
    project.write(
        conftest=shared("wide", "session"),
        test_it=HELP
        + """
def test_1(api, request):
    make(api, "own")
    request.getfixturevalue("wide")
    assert items(api) == ["own", "wide"]
def test_2(api):
    assert items(api) == []
def test_3(api, wide):
    assert items(api) == ["wide"]
""",
    )
    project.run().assert_outcomes(passed=3)


def test_a_fixture_asked_for_by_another_that_had_written_goes_with_it(project: Project) -> None:
    project.write(
        conftest=shared("wide", "session"),
        test_a=HELP
        + """
@pytest.fixture(scope="module")
def eager(api, request):
    make(api, "eager")
    request.getfixturevalue("wide")
def test_1(api, eager):
    make(api, "own")
def test_2(api, eager, wide):
    assert items(api) == ["eager", "wide"]
""",
        test_b=HELP
        + """
def test_3(api):
    assert items(api) == []
def test_4(api, wide):
    assert items(api) == ["wide"]
""",
    )
    project.run().assert_outcomes(passed=4)


def test_each_parameter_of_a_shared_fixture_has_a_layer_of_its_own(project: Project) -> None:
    result = project.test(
        HELP
        + """
@pytest.fixture(scope="module", params=["x", "y"])
def shared(api, request):
    return make(api, request.param)
def test_1(api, shared):
    assert items(api) == [shared]
def test_2(api, shared):
    drop(api, shared)
"""
    )
    result.assert_outcomes(passed=4)


def test_a_test_is_never_given_a_wider_fixture_that_its_change_of_parameter_takes_away(project: Project) -> None:
    project.write(
        conftest=shared("wide", "session"),
        test_it=HELP
        + """
@pytest.fixture(scope="class")
def letter(request):
    return request.param
@pytest.fixture(scope="class")
def narrow(api, letter):
    return make(api, letter)
class TestIt:
    @pytest.mark.parametrize("letter", ["x"], indirect=True)
    def test_1(self, api, narrow):
        assert items(api) == ["x"]
    @pytest.mark.parametrize("letter", ["x", "y"], indirect=True)
    def test_2(self, api, wide, narrow):
        assert items(api) == ["wide", narrow]
""",
    )
    project.run().assert_outcomes(passed=3)


def test_what_a_failing_fixture_wrote_is_put_back(project: Project) -> None:
    result = project.test(
        HELP
        + """
@pytest.fixture(scope="module")
def broken(api):
    make(api, "half")
    raise RuntimeError("no more")
def test_1(api, broken): pass
def test_2(api):
    assert items(api) == []
def test_3(api, broken): pass
"""
    )
    result.assert_outcomes(passed=1, errors=2)


def test_a_fixture_whose_rows_could_not_be_captured_is_set_up_anew(project: Project) -> None:
    result = project.test(
        HELP
        + """
import shutil
calls = []
@pytest.fixture(scope="module")
def shared(api, stack):
    calls.append(1)
    if len(calls) == 2:
        return (yield make(api, "shared"))
    folder = stack.folder("data")
    shutil.rmtree(folder)
    folder.touch()
    yield
    folder.unlink()
    folder.mkdir()
def test_1(shared): pass
def test_2(api, shared):
    assert items(api) == ["shared"]
"""
    )
    result.assert_outcomes(errors=1, passed=1)
    result.stdout.fnmatch_lines(["_* ERROR at setup of test_1 _*", 'Store "data": * cannot be compared. *'])


def test_an_error_of_ours_in_the_body_of_a_fixture_shows_where(project: Project) -> None:
    result = project.test("""
        import pytest
        @pytest.fixture(scope="module")
        def shared(stack):
            return stack.url("ap")
        def test_1(shared): pass
    """)
    result.stdout.fnmatch_lines([">       return stack.url(*", 'E *The stack has no service "ap". Did you mean *app*'])


def test_a_shared_fixture_that_changes_nothing_has_no_layer(project: Project) -> None:
    result = project.test(
        HELP
        + """
@pytest.fixture(scope="module")
def client(api):
    return api.as_user("admin1")
def test_1(client, stack):
    assert stack._opened().rewinder.layers[-1].name == "run"
"""
    )
    result.assert_outcomes(passed=1)


def test_old_style_setup_of_a_class_has_a_layer(project: Project) -> None:
    result = project.test(
        HELP
        + """
import httpx
url = []
@pytest.fixture(scope="session", autouse=True)
def remember(stack):
    url.append(stack.url("app"))
class TestIt:
    @classmethod
    def setup_class(cls):
        httpx.post(url[0] + "/items", json={"name": "old"})
    def test_1(self, api):
        drop(api, "old")
    def test_2(self, api):
        assert items(api) == ["old"]
def test_3(api):
    assert items(api) == []
"""
    )
    result.assert_outcomes(passed=3)


def test_a_class_fixture_in_a_module_that_is_put_back_as_a_whole_leaves_its_rows_to_the_end(project: Project) -> None:
    project.write(
        test_a=HELP
        + """
pytestmark = pytest.mark.rewind("module")
@pytest.fixture(scope="class")
def shared(api):
    return make(api, "shared")
class TestIt:
    def test_1(self, api, shared):
        make(api, "own")
def test_2(api):
    assert items(api) == ["own", "shared"]
""",
        test_b=HELP
        + """
def test_3(api):
    assert items(api) == []
""",
    )
    project.run().assert_outcomes(passed=3)


def test_shared_fixtures_of_tests_without_the_stack_are_left_alone(project: Project) -> None:
    result = project.test(
        HELP
        + """
@pytest.fixture(scope="module")
def pure(request):
    return object()
def test_1(api): pass
def test_2(pure): pass
def test_3(api, pure): pass
"""
    )
    result.assert_outcomes(passed=3)
