"""``pytest --start-services`` and its like: what each does, with what it does not go, with and without a stack."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.integration.pytest_plugin.project import Project
from tests.integration.pytest_plugin.test_end import left_running

pytest_plugins = ("pytester",)
pytestmark = pytest.mark.integration

INSTEAD = ("--start-services", "--stop-services", "--cleanup", "--dumpdb")
PAIRS = [
    pair
    for pair in itertools.combinations((*INSTEAD, "--rebuild", "--no-run-services"), 2)
    if pair != ("--start-services", "--rebuild")
]
BROKEN = "import nowhere_to_be_found"


@pytest.fixture
def project(project: Project) -> Iterator[Project]:
    project.write(test_it="def test_a(api): assert api.get('/items').json() == []")
    yield project
    project.run("--stop-services")
    assert left_running(project.folder) == []


def said(result: pytest.RunResult) -> str:
    return result.stdout.str() + result.stderr.str()


def test_a_stack_that_was_started_is_used_by_the_next_run_and_stays_until_it_is_stopped(project: Project) -> None:
    project.write(test_broken=BROKEN)
    start = project.run("--start-services")
    assert start.ret == 0, said(start)
    lines = start.stdout.str().splitlines()
    assert re.fullmatch(r"  app   python app.py \d+ +http://127\.0\.0\.1:\d+", lines[-3])
    assert re.fullmatch(r"  data  folder +\.statusquo/runs/\w+/folders/data", lines[-2])
    assert lines[-1] == ("statusquo: the stack is up and stays; 'pytest --stop-services' or 'statusquo down' stops it")
    before = left_running(project.folder)
    assert any("app.py" in each for each in before)

    project.run("test_it.py").assert_outcomes(passed=1)
    assert left_running(project.folder) == before

    stop = project.run("--stop-services")
    assert (stop.ret, stop.stdout.str()) == (0, "statusquo: the stack is down")
    assert left_running(project.folder) == []


def test_stopping_what_does_not_run_says_so(project: Project) -> None:
    stop = project.run("--stop-services")
    assert (stop.ret, stop.stdout.str()) == (0, "statusquo: nothing was running")


def test_cleaning_up_removes_what_is_kept_between_runs(project: Project) -> None:
    project.run("--start-services")
    clean = project.run("--cleanup")
    assert (clean.ret, clean.stdout.str()) == (
        0,
        f"statusquo: the stack is down\nstatusquo: removed {project.folder / '.statusquo'}",
    )
    assert not (project.folder / ".statusquo").exists()
    again = project.run("--cleanup")
    assert again.ret == 0, "where there is nothing, nothing is done"


def test_without_a_stack_no_run_services_is_one_clear_error(project: Project) -> None:
    result = project.run("--no-run-services")
    assert result.ret == 8
    result.stdout.fnmatch_lines(
        ["statusquo: No stack of this project is running. Start it with 'statusquo up'.", "*the stack did not start*"]
    )
    assert "passed" not in said(result)
    assert left_running(project.folder) == []


def test_no_run_services_uses_what_runs_and_leaves_it(project: Project) -> None:
    project.run("--start-services")
    before = left_running(project.folder)
    project.run("--no-run-services").assert_outcomes(passed=1)
    assert left_running(project.folder) == before


def test_no_run_services_refuses_a_stack_of_which_a_service_is_dead(project: Project) -> None:
    project.run("--start-services")
    project.write(end_it="from killing import kill\nkill('app')")
    subprocess.run([sys.executable, "end_it.py"], cwd=project.folder, check=True)
    result = project.run("--no-run-services")
    assert result.ret == 4
    result.stdout.fnmatch_lines(
        ["statusquo: Service \"app\" was ended by SIGKILL. Start it again with 'statusquo up'."]
    )


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_options_that_make_no_sense_together_are_refused(project: Project, one: str, other: str) -> None:
    for words in ((one, other), (other, one)):
        result = project.run(*words)
        assert result.ret == 4
        assert f"ERROR: {one} and {other} exclude each other." in said(result)
    assert not (project.folder / ".statusquo").exists()


@pytest.mark.parametrize("option", [*INSTEAD, "--rebuild"])
def test_collecting_starts_and_stops_nothing(project: Project, option: str) -> None:
    result = project.run(option, "--collect-only")
    assert result.ret == 4
    assert f"ERROR: {option} and --collect-only exclude each other: collecting starts and stops nothing." in said(
        result
    )
    assert not (project.folder / ".statusquo").exists()


def test_collecting_without_running_services_collects(project: Project) -> None:
    assert project.run("--no-run-services", "--collect-only").ret == 0
    assert not (project.folder / ".statusquo").exists()


def test_help_beside_a_verb_only_helps(project: Project) -> None:
    result = project.run("--start-services", "--help")
    assert "usage:" in said(result)
    assert not (project.folder / ".statusquo").exists()


@pytest.mark.parametrize(
    ("toml", "code", "message"),
    [
        ("python app.py {port}", 0, "statusquo: the stack is up and stays"),
        ("python no_such_file.py", 4, 'statusquo: Service "app" exited with code 2 before it was ready.'),
    ],
)
def test_a_verb_ends_with_the_exit_code_of_what_it_met(project: Project, toml: str, code: int, message: str) -> None:
    project.configure("python app.py {port}", toml)
    result = project.run("--start-services")
    assert (result.ret, message in result.stdout.str()) == (code, True), said(result)


def test_a_verb_is_done_once_with_xdist_too(project: Project) -> None:
    start = project.run_alone("-n2", "--start-services")
    assert (start.ret, "created: 2/2 workers" in start.stdout.str()) == (0, False)
    assert start.stdout.str().count("the stack is up and stays") == 1
    project.run_alone("-n2").assert_outcomes(passed=1)
    assert any("app.py" in each for each in left_running(project.folder))


BUILDING = """
[baseline]
recipe = ["python build.py"]
"""


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["alone", "xdist"])
def test_rebuild_builds_once_and_the_tests_see_it_though_a_stack_was_up(
    project: Project, workers: tuple[str, ...]
) -> None:
    project.append(BUILDING)
    project.write(
        build="""
        import os, pathlib
        log = pathlib.Path("builds")
        log.write_text((log.read_text() if log.exists() else "") + "x")
        (pathlib.Path(os.environ["DATA"]) / (log.read_text() + ".json")).write_text("{}")
        """,
        test_it="""
        import pathlib
        def test_a(api): assert api.get('/items').json() == [pathlib.Path("builds").read_text()]
        def test_b(api): assert api.get('/items').json() == [pathlib.Path("builds").read_text()]
        """,
    )
    assert project.run("--start-services").ret == 0
    assert (project.folder / "builds").read_text() == "x"
    result = project.run_alone("--rebuild", *workers)
    result.assert_outcomes(passed=2)
    assert (project.folder / "builds").read_text() == "xx"
    result.stdout.re_match_lines([r"statusquo: baseline [0-9a-f]{8} built anew in .*"])


MEANINGS = """
  --start-services      Start the stack, leave it running and exit: later runs
                        use it as it is. Runs no tests.
  --stop-services       Stop the stack that was left running, remove its data
                        and exit.
  --cleanup             Stop the stack, remove all that is kept between runs
                        (baselines, logs) and exit.
  --dumpdb              Write the data of the running stack to assets.dataset,
                        or by baseline.dump, and exit.
  --rebuild             Build the baseline anew, even if it is kept already;
                        then run the tests, or start the services.
  --no-run-services     Start nothing: use the stack that was left running, as
                        it is, or fail.
  --platform={native,compose,external}
                        Instead of stack.platform.
"""


def test_what_the_options_mean_is_in_the_help(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert MEANINGS in project.run("--help").stdout.str()


def test_another_platform_is_asked_for_by_option(project: Project) -> None:
    result = project.run("--platform=external")
    assert result.ret == 2
    assert "[external]" in result.stdout.str()
