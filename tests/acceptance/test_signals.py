"""However pytest ends, nothing is left of its stack: a signal to one process or to all, serial or with workers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance.project import Project, notes, small
from tests.acceptance.traces import Traces, traces
from tests.waiting import PATIENCE, wait_for

pytestmark = [pytest.mark.acceptance, pytest.mark.usefixtures("kept_baselines")]

TESTS = """
import os, pathlib, time
import pytest

@pytest.mark.parametrize("number", range(2))
def test_writes_and_never_ends(api, number):
    api.post("/", data="dirt")
    pathlib.Path(f"written-{number}").touch()
    time.sleep(600)
"""

SERIAL = ()
WORKERS = ("-n", "2")

Act = Callable[[subprocess.Popen[bytes]], None]


def to_one(number: signal.Signals) -> Act:
    """To pytest itself, or to the controller of its workers."""
    return lambda process: process.send_signal(number)


def to_all(number: signal.Signals) -> Act:
    """To the process group, as a terminal does."""
    return lambda process: os.killpg(process.pid, number)


def twice(act: Act) -> Act:
    """Again before the first has come to its end."""

    def both(process: subprocess.Popen[bytes]) -> None:
        act(process)
        time.sleep(0.05)
        act(process)

    return both


@dataclass(frozen=True, slots=True)
class Cell:
    """A way to end pytest, and the exit codes that it may end with."""

    act: Act
    codes: tuple[int, ...]


SIGINT, SIGTERM, SIGHUP, SIGKILL = signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL
ALONE: Mapping[str, Cell] = {
    "int": Cell(to_one(SIGINT), (2,)),
    "int-twice": Cell(twice(to_one(SIGINT)), (2, -SIGINT)),
    "term": Cell(to_one(SIGTERM), (143,)),
    "hup": Cell(to_one(SIGHUP), (-SIGHUP,)),
    "kill": Cell(to_one(SIGKILL), (-SIGKILL,)),
}
TOGETHER: Mapping[str, Cell] = {
    "int": Cell(to_one(SIGINT), (2,)),
    "int-to-all": Cell(to_all(SIGINT), (2,)),
    "int-to-all-twice": Cell(twice(to_all(SIGINT)), (2, -SIGINT)),
    "term": Cell(to_one(SIGTERM), (-SIGTERM,)),
    "hup": Cell(to_one(SIGHUP), (-SIGHUP,)),
    "hup-to-all": Cell(to_all(SIGHUP), (-SIGHUP,)),
    "kill": Cell(to_one(SIGKILL), (-SIGKILL,)),
}
CELLS = [
    *(pytest.param(SERIAL, cell, id=f"serial-{name}") for name, cell in ALONE.items()),
    *(pytest.param(WORKERS, cell, id=f"workers-{name}") for name, cell in TOGETHER.items()),
]


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A short path that every account can reach, as TMPDIR of all that is started."""
    with tempfile.TemporaryDirectory(prefix="sq-", dir="/tmp") as folder:
        Path(folder).chmod(0o1777)
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)


def supervisor(project: Project) -> int:
    """Its process."""
    pid: int = json.loads((project.folder / ".statusquo" / "supervisor.json").read_text())["process"]["pid"]
    return pid


@contextmanager
def running(project: Project, temporary: Path, *words: str) -> Iterator[tuple[subprocess.Popen[bytes], Traces]]:
    """A run of pytest in the middle of dirty tests, and what it consists of."""
    project.write(test_notes_py=TESTS)
    numbers = (0, 1) if words else (0,)
    with project.started_pytest(*words) as process:
        wait_for(process, *(project.folder / f"written-{number}" for number in numbers))
        yield process, traces(project, temporary, process.pid, supervisor(project))


@pytest.mark.parametrize(("words", "cell"), CELLS)
def test_nothing_is_left_of_a_run_that_gets_a_signal(
    tmp_path: Path, temporary: Path, words: tuple[str, ...], cell: Cell
) -> None:
    with running(small(tmp_path), temporary, *words) as (process, there):
        assert len(there.left()) > 5
        cell.act(process)
        assert process.wait(PATIENCE) in cell.codes
        there.wait()


@pytest.mark.parametrize(
    ("words", "number"), [(SERIAL, SIGHUP), (WORKERS, SIGINT), (WORKERS, SIGKILL)], ids=["serial", "workers", "killed"]
)
def test_nothing_is_left_of_a_run_with_a_database_server(
    tmp_path: Path, temporary: Path, words: tuple[str, ...], number: signal.Signals
) -> None:
    with running(notes(tmp_path), temporary, *words) as (process, there):
        to_one(number)(process)
        process.wait(PATIENCE)
        there.wait()


CRASH = """
import os
import pytest

@pytest.mark.parametrize("number", range(4))
def test_finds_the_baseline(api, number):
    assert api.get("/").json()["rows"] == [[1, "first"]]
    api.post("/", data="dirt")
    if number == 1:
        os._exit(3)
"""


def test_the_lane_of_a_worker_that_crashed_is_clean_for_the_one_that_replaces_it(
    tmp_path: Path, temporary: Path
) -> None:
    project = notes(tmp_path)
    project.write(test_notes_py=CRASH)
    done = project.pytest("-n", "1", "-v")
    assert "1 failed, 3 passed" in done.stdout, done.stdout
    assert "lane 2" not in done.stdout
    traces(project, temporary).wait()
