"""However a run ends, nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.integration.pytest_plugin.project import Project
from tests.waiting import PATIENCE, eventually, wait_for

pytest_plugins = ("pytester",)
pytestmark = pytest.mark.integration

WAITING = """
import os, pathlib, pytest, time
@pytest.fixture(scope="session")
def shared(api):
    api.post("/items", json={"name": "shared"})
    yield
    assert api.delete("/items/shared").status_code == 200
    pathlib.Path("torn-down").touch()
def test_a(api, shared, stack):
    pathlib.Path("running").touch()
    time.sleep(600)
"""


def left_running(folder: Path) -> list[str]:
    """The processes whose working folder is the project's."""
    processes = psutil.process_iter(["pid", "cwd", "cmdline"])
    there = [process.info for process in processes if process.info["cwd"] == str(folder)]
    return [" ".join(info["cmdline"]) for info in there if info["pid"] != os.getpid()]


def interrupt(project: Project, pytester: pytest.Pytester, number: signal.Signals, *options: str) -> tuple[int, str]:
    """Start the tests, send the signal when the first one runs, and return exit code and output."""
    project.write(test_it=WAITING)
    out = project.folder / "out"
    with out.open("w") as file:
        running = pytester.popen((*project.command(), *options), stdout=file, stderr=subprocess.STDOUT)
        try:
            wait_for(running, project.folder / "running")
            running.send_signal(number)
            return running.wait(PATIENCE), out.read_text()
        finally:
            running.kill()


def test_a_run_that_is_over_leaves_nothing(project: Project) -> None:
    project.write(test_it="def test_a(api): pass")
    project.run_alone().assert_outcomes(passed=1)
    assert left_running(project.folder) == []
    assert not list((project.folder / ".statusquo").glob("runs/[!.]*"))


def test_ctrl_c_tears_shared_fixtures_down_and_stops_everything(project: Project, pytester: pytest.Pytester) -> None:
    code, out = interrupt(project, pytester, signal.SIGINT)
    assert (code, "KeyboardInterrupt" in out) == (2, True)
    assert (project.folder / "torn-down").exists(), out
    assert left_running(project.folder) == []


def test_sigterm_ends_a_run_as_orderly_as_ctrl_c(project: Project, pytester: pytest.Pytester) -> None:
    code, out = interrupt(project, pytester, signal.SIGTERM)
    assert (code, "terminated (SIGTERM)" in out) == (143, True)
    assert (project.folder / "torn-down").exists(), out
    assert left_running(project.folder) == []
    assert not list((project.folder / ".statusquo").glob("runs/[!.]*"))


def test_what_sigterm_did_before_it_does_again_afterwards(project: Project) -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        project.test("def test_a(api): pass").assert_outcomes(passed=1)
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)


def test_a_run_that_was_killed_is_swept_by_the_next(project: Project, pytester: pytest.Pytester) -> None:
    interrupt(project, pytester, signal.SIGKILL)
    project.write(test_it="def test_a(api): assert api.get('/items').json() == []")
    project.run_alone().assert_outcomes(passed=1)
    assert left_running(project.folder) == []
    assert not list((project.folder / ".statusquo").glob("runs/[!.]*"))


def test_a_run_that_stops_at_the_first_failure_is_put_back_and_stopped(project: Project) -> None:
    result = project.test(
        """
        def test_a(api):
            api.post("/items", json={"name": "x"})
            assert 0
        def test_b(api): pass
    """,
        "-x",
    )
    result.assert_outcomes(failed=1)
    assert left_running(project.folder) == []


def test_each_worker_of_xdist_has_a_stack_of_its_own(project: Project) -> None:
    project.write(
        test_it="""
        import pytest
        @pytest.fixture(scope="module")
        def shared(api):
            return api.post("/items", json={"name": "shared"}).status_code
        @pytest.mark.parametrize("n", range(8))
        def test_a(api, shared, n):
            assert shared == 201
            assert api.get("/items").json() == ["shared"]
            assert api.post("/items", json={"name": "own"}).status_code == 201
    """
    )
    result = project.run_alone("-n2")
    result.assert_outcomes(passed=8)
    result.stdout.fnmatch_lines(["-*- statusquo -*", "gw*: * rewinds, * clean; *"])
    assert left_running(project.folder) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent is gone")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_workers_of_xdist_whose_controller_is_gone_stop_what_they_started(
    project: Project, pytester: pytest.Pytester, number: signal.Signals
) -> None:
    interrupt(project, pytester, number, "-n1")
    eventually(lambda: not left_running(project.folder))
    eventually(lambda: not list((project.folder / ".statusquo").glob("runs/[!.]*")))


def test_a_stack_that_cannot_start_ends_a_run_with_xdist_too(project: Project) -> None:
    project.configure("python app.py", "python no_such_file.py")
    project.write(test_it="def test_a(api): pass\ndef test_b(api): pass")
    result = project.run_alone("-n2")
    assert result.ret != 0
    result.stdout.fnmatch_lines(["*no_such_file.py*"])
    assert left_running(project.folder) == []
