"""What a test changes is put back when it is over, and not before."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.pytest_plugin.project import Project

pytest_plugins = ("pytester",)
pytestmark = pytest.mark.integration


@pytest.fixture
def project(pytester: pytest.Pytester, left_running: Path) -> Project:
    return Project(pytester, left_running)


def test_what_a_test_writes_is_gone_in_the_next_one(project: Project) -> None:
    result = project.test("""
        def test_a(api):
            assert api.post("/items", json={"name": "x"}).status_code == 201
            assert api.get("/items").json() == ["x"]
        def test_b(api):
            assert api.get("/items").json() == []
    """)
    result.assert_outcomes(passed=2)


def test_the_rewind_comes_after_the_fixtures_of_the_test_and_before_wider_ones_end(project: Project) -> None:
    result = project.test("""
        import pytest
        @pytest.fixture(scope="module")
        def module(api):
            yield
            assert api.get("/items").json() == []
        @pytest.fixture
        def item(api):
            api.post("/items", json={"name": "x"})
            yield
            assert api.delete("/items/x").status_code == 200
        def test_a(item, module, api):
            api.post("/items", json={"name": "y"})
    """)
    result.assert_outcomes(passed=1)


def test_an_autouse_fixture_that_writes_is_put_back_too(project: Project) -> None:
    result = project.test("""
        import pytest
        @pytest.fixture(autouse=True)
        def item(api):
            assert api.post("/items", json={"name": "x"}).status_code == 201
        def test_a(): pass
        def test_b(): pass
    """)
    result.assert_outcomes(passed=2)


def test_each_case_of_a_parametrized_test_starts_from_the_baseline(project: Project) -> None:
    result = project.test("""
        import pytest
        @pytest.mark.parametrize("n", range(3))
        def test_a(api, n):
            assert api.post("/items", json={"name": "x"}).status_code == 201
    """)
    result.assert_outcomes(passed=3)


def test_a_failing_test_is_put_back_like_any_other(project: Project) -> None:
    result = project.test("""
        def test_a(api):
            api.post("/items", json={"name": "x"})
            assert 0
        def test_b(api):
            assert api.get("/items").json() == []
    """)
    result.assert_outcomes(passed=1, failed=1)


def test_the_mark_puts_the_rewind_off_to_the_end_of_the_class(project: Project) -> None:
    result = project.test("""
        import pytest
        @pytest.mark.rewind("class")
        class TestSteps:
            def test_a(self, api):
                api.post("/items", json={"name": "x"})
            def test_b(self, api):
                assert api.get("/items").json() == ["x"]
        def test_c(api):
            assert api.get("/items").json() == []
    """)
    result.assert_outcomes(passed=3)


def test_the_mark_puts_the_rewind_off_to_the_end_of_the_module(project: Project) -> None:
    project.write(
        test_a="""
        import pytest
        pytestmark = pytest.mark.rewind("module")
        class TestIt:
            def test_a(self, api):
                api.post("/items", json={"name": "x"})
        def test_b(api):
            assert api.get("/items").json() == ["x"]
    """,
        test_b="""
        def test_c(api):
            assert api.get("/items").json() == []
    """,
    )
    project.run().assert_outcomes(passed=3)


def test_a_function_outside_of_a_class_marked_for_its_class_is_put_back_at_its_end(project: Project) -> None:
    result = project.test("""
        import pytest
        @pytest.mark.rewind("class")
        def test_a(api):
            api.post("/items", json={"name": "x"})
        def test_b(api):
            assert api.get("/items").json() == []
    """)
    result.assert_outcomes(passed=2)


def test_the_nearest_mark_decides(project: Project) -> None:
    result = project.test("""
        import pytest
        @pytest.mark.rewind("class")
        class TestSteps:
            @pytest.mark.rewind("function")
            def test_a(self, api):
                api.post("/items", json={"name": "x"})
            def test_b(self, api):
                assert api.get("/items").json() == []
    """)
    result.assert_outcomes(passed=2)


def test_an_unknown_scope_is_a_usage_error_and_nothing_starts(project: Project) -> None:
    result = project.test("""
        import pytest
        @pytest.mark.rewind("modul")
        def test_a(api): pass
    """)
    assert result.ret == 4
    result.stderr.fnmatch_lines(
        ["ERROR: test_it.py::test_a: @pytest.mark.rewind('modul') takes one scope. Did you mean 'module'?"]
    )
    result.stdout.no_fnmatch_line("*statusquo:*")


def test_a_mark_without_a_scope_is_a_usage_error(project: Project) -> None:
    result = project.test("""
        import pytest
        @pytest.mark.rewind(scope="class")
        def test_a(api): pass
    """)
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*rewind(scope='class') takes one scope. Known: class, function, module."])


def test_a_test_that_asks_in_its_body_is_put_back_as_well(project: Project) -> None:
    result = project.test("""
        def test_a(request):
            request.getfixturevalue("api").post("/items", json={"name": "x"})
        def test_b(request):
            assert request.getfixturevalue("api").get("/items").json() == []
        def test_c(api):
            assert api.get("/items").json() == []
    """)
    result.assert_outcomes(passed=3)
    result.stdout.no_fnmatch_line("*late write*")


def test_what_is_written_after_a_test_is_put_back_and_laid_to_its_door(project: Project) -> None:
    result = project.test("""
        import time
        written = []
        def test_culprit(api, stack):
            written.append(stack.folder("data") / "x.json")
            api.post("/late", json={"name": "x", "seconds": 0.5})
        def test_pure():
            while not written[0].exists():
                time.sleep(0.02)
        def test_victim(api):
            assert api.get("/items").json() == []
    """)
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(
        ["late write after test_it.py::test_culprit: data: * 1 (put back before test_it.py::test_victim)"]
    )


def test_a_test_can_rewind_and_look_at_its_changes_itself(project: Project) -> None:
    result = project.test("""
        def test_a(stack, api):
            assert all(diff.is_empty for diff in stack.diff())
            api.post("/items", json={"name": "x"})
            assert [len(diff.changes) for diff in stack.diff()] == [1]
            assert stack.rewind().stores[0].items == 1
            assert api.get("/items").json() == []
    """)
    result.assert_outcomes(passed=1)


def test_a_rewind_that_fails_is_an_error_of_its_test_and_of_the_next_that_needs_the_stack(
    pytester: pytest.Pytester,
) -> None:
    result = Project(pytester).test("""
        def test_a(api, stack):
            api.post("/items", json={"name": "x"})
            stack.folder("data").with_name("data.statusquo-mark").unlink()
        def test_b(api): pass
        def test_pure(): pass
    """)
    result.assert_outcomes(passed=2, errors=2)
    result.stdout.fnmatch_lines(
        [
            "_* ERROR at teardown of test_a _*",
            'Store "data" at * is not ours to change. It carries no mark of ours. *',
            "_* ERROR at setup of test_b _*",
            'Store "data" at * is not ours to change. It carries no mark of ours. *',
        ],
        consecutive=True,
    )


def test_unittest_cases_are_put_back_too(project: Project) -> None:
    result = project.test("""
        import pytest, unittest
        @pytest.mark.usefixtures("stack")
        class TestIt(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def client(self, api):
                self.api = api
            def test_a(self):
                self.api.post("/items", json={"name": "x"})
            def test_b(self):
                assert self.api.get("/items").json() == []
    """)
    result.assert_outcomes(passed=2)
