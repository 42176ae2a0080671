"""When the stack starts, what is said then, and what happens if it cannot."""

from __future__ import annotations

from functools import partial

import pytest

from statusquo.pytest_plugin import session
from statusquo.pytest_plugin.progress import Progress
from tests.integration.pytest_plugin.project import Project

pytest_plugins = ("pytester",)
pytestmark = pytest.mark.integration

PURE = """
def test_pure(): pass
"""
BOTH = """
def test_pure(): pass
def test_real(api): pass
"""


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any start is quick, however slow the machine."""
    monkeypatch.setattr(session, "Progress", partial(Progress, patience=600))


def has_run(project: Project) -> bool:
    return (project.folder / ".statusquo").exists()


def test_a_run_that_needs_nothing_starts_nothing_and_says_nothing(project: Project) -> None:
    result = project.test(PURE)
    result.assert_outcomes(passed=1)
    assert "statusquo:" not in result.stdout.str()
    assert not has_run(project)


def test_a_run_that_needs_nothing_imports_nothing(project: Project) -> None:
    project.write(
        test_it="""
        import sys
        HEAVY = ["pydantic", "rich", "httpx", "psutil", "psycopg", "redis", "statusquo.core", "statusquo.config",
                 "statusquo.wiring", "statusquo.rewind"]
        def test_pure():
            assert [name for name in HEAVY if name in sys.modules] == []
    """
    )
    project.run_alone().assert_outcomes(passed=1)


@pytest.mark.parametrize("option", ["--collect-only", "--setup-plan", "-k=pure", "-m=unit"])
def test_nothing_starts_if_no_test_that_needs_the_stack_will_run(project: Project, option: str) -> None:
    result = project.test(BOTH, option)
    assert result.ret in (0, 5)
    assert not has_run(project)
    assert "statusquo:" not in result.stdout.str()


def test_nothing_starts_if_the_collection_failed(project: Project) -> None:
    project.write(test_it=BOTH, test_broken="import nowhere_to_be_found")
    result = project.run()
    result.assert_outcomes(errors=1)
    assert not has_run(project)


def test_a_project_without_a_stack_may_have_an_api_fixture_of_its_own(project: Project) -> None:
    (project.folder / "statusquo.toml").unlink()
    result = project.test("""
        import pytest
        @pytest.fixture
        def api():
            return 1
        def test_pure(api):
            assert api == 1
    """)
    result.assert_outcomes(passed=1)


def test_the_header_says_what_runs_where_and_comes_before_the_first_test(project: Project) -> None:
    result = project.test(BOTH)
    result.assert_outcomes(passed=2)
    result.stdout.re_match_lines(
        [
            r"collected 2 items",
            r"statusquo: test_the_header.* is up in [\d.]+ m?s, baseline [0-9a-f]{8} built in [\d.]+ m?s",
            r"  app .* http://127\.0\.0\.1:\d+",
            r"test_it.py \.\.",
        ],
        consecutive=False,
    )


def test_the_second_run_says_that_the_baseline_was_reused(project: Project) -> None:
    project.test(BOTH)
    project.run().stdout.re_match_lines([r"statusquo: .* is up in [\d.]+ m?s, baseline [0-9a-f]{8} reused"])


@pytest.mark.usefixtures("quick")
def test_a_quiet_run_has_no_header(project: Project) -> None:
    result = project.test(BOTH, "-q")
    assert "statusquo:" not in result.stdout.str()


def test_a_start_that_takes_long_says_what_it_waits_for(project: Project) -> None:
    project.configure('command = "python app.py {port}"', "command = \"sh -c 'sleep 2.2; exec python app.py {port}'\"")
    result = project.test(BOTH, "-q")
    result.stdout.fnmatch_lines(["statusquo: starting app", "statusquo: app is ready after *"])


@pytest.mark.usefixtures("quick")
def test_a_quick_start_says_nothing_while_it_lasts(project: Project) -> None:
    assert "statusquo: starting" not in project.test(BOTH).stdout.str()


def test_the_summary_says_what_rewinding_did_and_cost(project: Project) -> None:
    result = project.test("""
        def test_a(api):
            api.post("/items", json={"name": "x"})
        def test_b(api): pass
    """)
    result.stdout.re_match_lines(
        [
            r"-+ statusquo -+",
            r"2 rewinds, 1 clean; median [\d.]+ m?s, all rewinds, checks and layers [\d.]+ m?s",
            r"  data  1 item in 1 rewind, [\d.]+ m?s",
        ],
        consecutive=True,
    )


def test_a_configuration_that_is_wrong_ends_the_run_with_one_paragraph(project: Project) -> None:
    project.configure('needs = ["data"]', 'needs = ["dat"]')
    result = project.test(BOTH)
    assert result.ret == 2
    result.stdout.fnmatch_lines(["statusquo: *needs*dat*data*", "*the stack did not start*"])
    assert "Traceback" not in result.stdout.str() + result.stderr.str()
    assert "passed" not in result.stdout.str()


def test_a_service_that_dies_at_boot_ends_the_run_with_its_log_and_leaves_nothing(project: Project) -> None:
    project.configure("python app.py", "python no_such_file.py")
    result = project.test(BOTH)
    assert result.ret == 4
    result.stdout.fnmatch_lines(["statusquo: *app*", "    *can't open file*no_such_file.py*"])
    assert "Traceback" not in result.stdout.str() + result.stderr.str()
    assert not list((project.folder / ".statusquo").glob("runs/[!.]*"))


def test_a_project_without_a_configuration_is_told_how_to_get_one(project: Project) -> None:
    (project.folder / "statusquo.toml").unlink()
    result = project.test(BOTH)
    assert result.ret == 2
    result.stdout.fnmatch_lines(["statusquo: No statusquo.toml *'statusquo init'*"])


def test_the_configuration_can_be_named(project: Project) -> None:
    (project.folder / "statusquo.toml").rename(project.folder / "other.toml")
    project.test(BOTH, "--statusquo-config=other.toml").assert_outcomes(passed=2)


def test_a_stack_that_only_a_test_asks_for_in_its_body_starts_then(project: Project) -> None:
    result = project.test("""
        def test_pure(): pass
        def test_real(request):
            assert request.getfixturevalue("stack").url("app").startswith("http://127.0.0.1:")
    """)
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["statusquo: * is up in *"])


def test_a_stack_that_cannot_start_in_the_middle_fails_each_test_that_asks_and_no_other(project: Project) -> None:
    project.configure("python app.py", "python no_such_file.py")
    result = project.test("""
        def test_pure(): pass
        def test_a(request):
            request.getfixturevalue("stack")
        def test_b(request):
            request.getfixturevalue("api")
        def test_pure_too(): pass
    """)
    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines(["*no_such_file.py*"])
    assert "session.py" not in result.stdout.str()


def test_the_option_and_the_mark_are_in_the_help(project: Project) -> None:
    result = project.run("--help")
    result.stdout.fnmatch_lines(["*--statusquo-config=PATH*"])
    result = project.run("--markers")
    result.stdout.fnmatch_lines(["@pytest.mark.rewind(scope): put the stack back *"])


def test_the_fixtures_are_listed_with_what_they_are(project: Project) -> None:
    result = project.run("--fixtures")
    result.stdout.fnmatch_lines(["stack [[]session scope[]]*", "*The running stack:*", "api_auth [[]session scope[]]*"])
    assert "_statusquo" not in result.stdout.str()
