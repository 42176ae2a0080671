"""What tests ask for by mark, up to the first test: who is selected, in which order, what is refused."""

from __future__ import annotations

import re

import pytest

from tests.integration.pytest_plugin.project import Project

pytest_plugins = ("pytester",)
pytestmark = pytest.mark.integration

VARIANTS = """
[variants.one-job]
env.app = { JOBS = "1" }
[variants.two-jobs]
env.app = { JOBS = "2" }
"""
MIXED = """
import pytest
def test_a(api): pass
@pytest.mark.variant("one-job")
def test_b(api): pass
def test_c(api): pass
@pytest.mark.variant("two-jobs")
def test_d(api): pass
@pytest.mark.variant("one-job")
def test_e(api): pass
def test_pure(): pass
"""


@pytest.fixture
def project(project: Project) -> Project:
    project.append(VARIANTS)
    return project


def has_run(project: Project) -> bool:
    return (project.folder / ".statusquo").exists()


def order(result: pytest.RunResult) -> str:
    """The tests in the order in which a quiet collection lists them, by their last letters."""
    return " ".join(re.findall(r"::test_(\w+)", result.stdout.str()))


def test_the_marks_are_in_the_help(project: Project) -> None:
    project.run("--markers").stdout.fnmatch_lines(
        [
            "@pytest.mark.needs_services(name, ...): of the stack, start these services, *",
            "@pytest.mark.variant(name): run in this variant of the stack, *",
            "@pytest.mark.integration: uses the stack. *",
        ]
    )


def test_the_unit_run_is_every_test_that_does_not_use_the_stack(project: Project) -> None:
    result = project.test(MIXED, "--strict-markers", "-m", "not integration")
    result.assert_outcomes(passed=1, deselected=5)
    assert not has_run(project)
    assert "statusquo:" not in result.stdout.str()


def test_the_integration_run_is_every_test_that_uses_the_stack(project: Project) -> None:
    project.write(test_it="def test_pure(): pass\ndef test_real(api): pass\ndef test_too(stack): pass")
    project.run("--strict-markers", "-m", "integration").assert_outcomes(passed=2, deselected=1)


def test_the_unit_run_imports_nothing_of_the_stack(project: Project) -> None:
    project.write(
        test_it="""
        import sys
        HEAVY = ["pydantic", "rich", "httpx", "psutil", "statusquo.config", "statusquo.wiring"]
        def test_pure():
            assert [name for name in HEAVY if name in sys.modules] == []
        def test_real(api): pass
    """
    )
    project.run_alone("-m", "not integration").assert_outcomes(passed=1, deselected=1)


def test_each_variant_comes_once_and_none_first(project: Project) -> None:
    assert order(project.test(MIXED, "--collect-only", "-q")) == "a c pure b e d"


def test_collecting_starts_nothing(project: Project) -> None:
    project.test(MIXED, "--collect-only")
    assert not has_run(project)


def test_the_order_that_the_user_chose_stays_within_a_variant(project: Project) -> None:
    project.write(conftest="import pytest\n@pytest.hookimpl(tryfirst=True)\n"
                           "def pytest_collection_modifyitems(items): items.reverse()")  # fmt: skip
    assert order(project.test(MIXED, "--collect-only", "-q")) == "pure c a d e b"


def test_random_orders_have_each_variant_once(project: Project) -> None:
    project.write(test_it=MIXED)
    found = project.run_alone("-prandomly", "--randomly-seed=3", "--collect-only", "-q")
    assert re.fullmatch(r"((a|c|pure) ?){3} ((b e|e b) d|d (b e|e b))", order(found))
    assert order(found) != "a c pure b e d"


def test_the_tests_that_failed_come_first_within_their_variant(project: Project) -> None:
    project.write(
        conftest="""
        import pytest

        @pytest.hookimpl(wrapper=True, tryfirst=True)  # as pytest's own --ff does
        def pytest_collection_modifyitems(items):
            yield
            items.sort(key=lambda item: item.name not in ("test_c", "test_e"))
    """
    )
    assert order(project.test(MIXED, "--collect-only", "-q")) == "c a pure e b d"


def test_a_variant_is_a_group_for_xdist_besides_those_that_the_test_has(project: Project) -> None:
    project.write(
        conftest="""
        def pytest_collection_modifyitems(items):
            for item in items:
                print(item.name, sorted(mark.args[0] for mark in item.iter_markers("xdist_group")))
    """
    )
    source = MIXED.replace("def test_d", 'pytest.mark.xdist_group("mine")\ndef test_d'.replace("pytest", "@pytest", 1))
    result = project.test(source, "--collect-only", "-q", "-s")
    result.stdout.fnmatch_lines(["test_a [[]]", "test_b *variant-one-job*", "test_d *'mine', 'variant-two-jobs'*"])


@pytest.mark.parametrize(
    ("mark", "message"),
    [
        ('variant("one-jb")', "*test_it.py::test_a: @pytest.mark.variant: * 'one-jb'. Did you mean 'one-job'[?]"),
        ('needs_services("ap")', "*test_it.py::test_a: @pytest.mark.needs_services: * 'ap'. Did you mean 'app'[?]"),
        ("variant()", "*test_it.py::test_a: @pytest.mark.variant takes names, as strings."),
        ('variant("one-job", "two-jobs")', "*test_it.py::test_a: @pytest.mark.variant takes one name of a variant*"),
        ("needs_services(app=True)", "*test_it.py::test_a: @pytest.mark.needs_services takes names, as strings."),
    ],
)
@pytest.mark.parametrize("options", [[], ["--collect-only"], ["-n2"]])
def test_a_mark_that_cannot_be_meant_is_refused_before_anything_starts(
    project: Project, mark: str, message: str, options: list[str]
) -> None:
    result = project.test(f"import pytest\n@pytest.mark.{mark}\ndef test_a(api): pass", *options)
    assert result.ret != 0
    result.stdout.fnmatch_lines([message]) if options == ["-n2"] else result.stderr.fnmatch_lines([message])
    assert "Traceback" not in result.stderr.str()
    assert not has_run(project)


def test_what_is_not_selected_may_ask_for_anything(project: Project) -> None:
    result = project.test(
        'import pytest\n@pytest.mark.variant("x")\ndef test_a(api): pass\ndef test_b(api): pass', "-kb"
    )
    result.assert_outcomes(passed=1, deselected=1)


def test_a_module_that_is_put_back_as_a_whole_is_in_one_variant(project: Project) -> None:
    result = project.test('import pytest\npytestmark = pytest.mark.rewind("module")\n' + MIXED)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*test_it.py: its tests are put back together*test_a runs without a variant*"])


def test_a_mark_alone_brings_the_stack(project: Project) -> None:
    result = project.test("""
        import pytest
        @pytest.mark.needs_services("app")
        def test_real(): pass
    """)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["statusquo: * is up in *"])


def test_a_configuration_that_is_wrong_is_told_as_ever(project: Project) -> None:
    project.configure('needs = ["data"]', 'needs = ["dat"]')
    result = project.test(MIXED)
    assert result.ret == 2
    result.stdout.fnmatch_lines(["statusquo: *needs*dat*data*", "*the stack did not start*"])
