"""A stack that was left running: used as it is where it is what is asked for, started anew where it is not."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import psutil
import pytest

from statusquo import config
from statusquo.supervisor import client
from tests.acceptance.project import Project, small
from tests.acceptance.test_signals import supervisor
from tests.acceptance.traces import traces
from tests.waiting import PATIENCE, wait_for

pytestmark = [pytest.mark.acceptance, pytest.mark.usefixtures("kept_baselines")]

CONFIG = """
[stack]
name = "small"
pass_env = ["FLAVOUR"]

[services.server]
command = "python server.py {port}"
watch = ["server.py"]
env = { MEDIA = "{media.path}" }
needs = ["media"]
ready = { http = "/" }

[services.other]
command = "python main.py"
cwd = "other"
env = { COLOUR = "blue" }
port = false

[stores.media]
kind = "files"

[baseline]
as = "server"
recipe = ["python seed.py"]
watch = ["seed.py"]

[api]
service = "server"
"""
OTHER = "import time\ntime.sleep(600)\n"
ONE = """
def test_one(api):
    assert api.get("/").json()["files"] == ["first"]
"""
SLOW = """
import pathlib, time

def test_slow(api):
    api.post("/", data="dirt")
    pathlib.Path("written").touch()
    while not pathlib.Path("go-on").exists():
        time.sleep(0.02)
    assert sorted(api.get("/").json()["files"]) == ["dirt", "first"]
"""


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    project = small(tmp_path, CONFIG)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "main.py").write_text(OTHER)
    project.write(test_one_py=ONE)
    assert project.run("up").returncode == 0
    yield project
    project.run("down")
    traces(project, tmp_path).wait()


def pids(project: Project) -> Mapping[str, int]:
    return {each["name"]: each["pid"] for each in project.services() if each["pid"]}


def media(project: Project) -> Path:
    return next(Path(each["where"]) for each in project.services() if each["name"] == "media")


def started_anew(project: Project, printed: str, before: Mapping[str, int]) -> dict[str, str]:
    """The services that are others now, and what was said of them."""
    now = pids(project)
    said = dict(re.findall(r"(?:statusquo: )?(\w+) +(?:is )?started anew: (.*)", printed))
    assert {name for name in now if now[name] != before.get(name)} == set(said), printed
    return said


def test_a_run_uses_what_runs_and_puts_it_back_first(project: Project) -> None:
    before = pids(project)
    (media(project) / "by-hand").touch()
    (media(project) / "first").unlink()
    done = project.pytest()
    assert done.returncode == 0, done.stdout
    assert pids(project) == before
    assert "started anew" not in done.stdout


def test_exactly_what_differs_is_started_anew_and_the_difference_is_said(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def again(door: Callable[[], subprocess.CompletedProcess[str]] = lambda: project.run("up")) -> str:
        done = door()
        assert done.returncode == 0, done.stdout
        return done.stdout + done.stderr

    before = pids(project)
    red = CONFIG.replace("blue", "red")
    project.write(statusquo_toml=red)
    assert started_anew(project, again(project.pytest), before) == {"other": "environment: COLOUR"}

    before = pids(project)
    project.write(statusquo_toml=red.replace('main.py"', 'main.py again"'))
    assert started_anew(project, again(), before) == {"other": "command: python main.py again"}

    before = pids(project)
    (project.folder / "other" / "main.py").write_text(OTHER + "# changed\n")
    assert started_anew(project, again(), before) == {"other": "its code"}

    before = pids(project)
    monkeypatch.setenv("FLAVOUR", "secret")
    said = started_anew(project, again(), before)
    assert set(said.values()) == {"environment: FLAVOUR"}
    assert set(said) == {"server", "other"}

    before = pids(project)
    assert started_anew(project, again(), before) == {}


def test_another_recipe_is_another_baseline_and_the_old_lane_goes(project: Project) -> None:
    before, runs = pids(project), project.runs()
    project.write(
        seed_py="import os, pathlib\npathlib.Path(os.environ['MEDIA'], 'second').touch()",
        test_one_py=ONE.replace("first", "second"),
    )
    done = project.pytest()
    assert done.returncode == 0, done.stdout
    assert not any(psutil.pid_exists(pid) for pid in before.values())
    assert set(runs).isdisjoint(project.runs())
    assert len(project.runs()) == len(runs)


def test_a_service_that_died_meanwhile_is_started_again(project: Project) -> None:
    before = pids(project)
    os.kill(before["server"], signal.SIGKILL)
    assert project.run("status").returncode == 4
    done = project.pytest()
    assert done.returncode == 0, done.stdout
    after = pids(project)
    assert after["server"] != before["server"]
    assert after["other"] == before["other"]


def test_a_run_that_was_killed_dirty_does_not_spoil_the_next(project: Project) -> None:
    before = pids(project)
    project.write(test_slow_py=SLOW)
    with project.started_pytest("-k", "slow") as process:
        wait_for(process, project.folder / "written")
    assert (media(project) / "dirt").exists()
    done = project.pytest("-k", "one")
    assert done.returncode == 0, done.stdout
    assert pids(project) == before


def test_down_is_refused_while_a_run_uses_the_stack_and_says_which(project: Project) -> None:
    project.write(test_slow_py=SLOW)
    with project.started_pytest("-k", "slow") as process:
        wait_for(process, project.folder / "written")
        refused = project.run("down")
        (project.folder / "go-on").touch()
        assert process.wait(PATIENCE) == 0
    assert (refused.returncode, refused.stderr) == (
        6,
        f"Error: The stack is in use by pytest (process {process.pid}). Wait until it is done, or end it.\n",
    )
    assert project.run("down").returncode == 0


def test_two_runs_in_one_checkout_have_a_lane_each(project: Project) -> None:
    project.write(test_slow_py=SLOW)
    with project.started_pytest("-k", "slow") as first:
        wait_for(first, project.folder / "written")
        second = project.pytest("-k", "one")
        lanes, told = project.json("status")["lanes"], project.run_here("status")
        (project.folder / "go-on").touch()
        assert first.wait(PATIENCE) == 0
    assert second.returncode == 0, second.stdout
    assert isinstance(lanes, list)
    assert [(lane["number"], bool(lane["used_by"])) for lane in lanes] == [(1, True), (2, False)]
    assert told.stderr.splitlines() == [f"lane 1: pytest (process {first.pid})", "lane 2: free"]
    assert [line.split()[:2] for line in told.stdout.splitlines()] == 2 * [
        ["SERVICE", "STATE"],
        ["media", "folder"],
        ["server", "running"],
        ["other", "running"],
    ]


def test_a_stack_that_nobody_uses_stops_when_its_time_is_over_and_each_client_starts_that_anew(
    project: Project,
) -> None:
    there = traces(project, project.folder, supervisor(project))
    assert project.run("--set", "stack.idle=3", "up").returncode == 0
    found = config.load(project.folder / "statusquo.toml", environ=os.environ, arguments=())
    until = time.monotonic() + 4
    while time.monotonic() < until:
        assert client.is_up(found, what="somebody who looks")
        time.sleep(0.1)
    there.wait()
    assert not client.is_up(found, what="somebody who looks")
