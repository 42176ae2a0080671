"""The supervisor's own ends: killed, told to go, its state folder gone, its client dead or merely forked."""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from statusquo.stack import ledger
from tests.acceptance.project import Project, small
from tests.acceptance.test_signals import supervisor
from tests.acceptance.traces import traces
from tests.waiting import PATIENCE, eventually, wait_for

pytestmark = pytest.mark.acceptance

ONE = """
def test_one(api):
    assert api.get("/").json()["files"] == ["first"]
"""


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    project = small(tmp_path)
    yield project
    traces(project, tmp_path).wait()


def log(project: Project) -> str:
    return (project.folder / ".statusquo" / "supervisor.log").read_text()


def test_a_supervisor_that_is_told_to_end_says_so_and_leaves_nothing(project: Project) -> None:
    project.run("up")
    os.kill(supervisor(project), signal.SIGTERM)
    traces(project, project.folder).wait()
    written = log(project).splitlines()
    assert [line.split(" ", 2)[2] for line in written if "SIGTERM" in line] == ["got SIGTERM: stops everything"]
    assert written[-1].endswith("everything is stopped")
    assert len(written) < 10


def test_a_supervisor_whose_state_folder_is_deleted_stops_everything(project: Project) -> None:
    project.run("up")
    there = traces(project, project.folder, supervisor(project))
    assert len(there.left()) > 3
    shutil.rmtree(project.folder / ".statusquo")
    there.wait()


ENDED = """
import json, os, pathlib, signal, time

def test_goes_on_without_it(api):
    record = json.loads(pathlib.Path(".statusquo/supervisor.json").read_text())
    os.kill(record["process"]["pid"], signal.SIGTERM)
    while pathlib.Path(".statusquo/supervisor.json").exists():
        time.sleep(0.02)

def test_is_not_run(api):
    pathlib.Path("was-run").touch()
"""


def test_a_supervisor_that_is_told_to_end_under_a_run_ends_that_too(project: Project) -> None:
    project.write(test_ended_py=ENDED)
    done = project.pytest()
    assert done.returncode == 8, done.stdout
    assert re.search(r"Interrupted: The supervisor of the stack is (gone|stopping everything)", done.stdout)
    assert "INTERNALERROR" not in done.stdout + done.stderr
    assert not (project.folder / "was-run").exists()


FORK = """
import os, pathlib, time

def test_leaves_a_child_that_holds_all_that_is_open(api):
    if os.fork() == 0:
        time.sleep(600)
        os._exit(0)
    pathlib.Path("written").touch()
    time.sleep(600)
"""


def test_a_client_that_was_killed_is_gone_though_a_child_of_it_holds_its_socket(project: Project) -> None:
    project.write(test_fork_py=FORK)
    with project.started_pytest() as process:
        wait_for(process, project.folder / "written")
        there = ledger.identify(supervisor(project))
        children = psutil.Process(process.pid).children()
    try:
        eventually(lambda: not ledger.is_alive(there))
    finally:
        for child in children:
            child.kill()


def test_a_run_that_starts_goes_on_when_another_that_starts_with_it_is_killed(project: Project) -> None:
    config = (project.folder / "statusquo.toml").read_text()
    project.write(
        statusquo_toml=config + "[services.db]\nkind = 'postgres'\n",
        server_py="import pathlib, time\npathlib.Path('starting').touch()\n"
        "while not pathlib.Path('go').exists(): time.sleep(0.02)\n" + (project.folder / "server.py").read_text(),
        test_one_py=ONE,
    )
    with project.started_pytest() as first:
        wait_for(first, project.folder / "starting")
        (project.folder / "starting").unlink()
        with project.started_pytest() as second:
            wait_for(second, project.folder / "starting")
            first.kill()
            eventually(lambda: f"pytest (process {first.pid}) is gone" in log(project))
            (project.folder / "go").touch()
            assert second.wait(PATIENCE) == 0
