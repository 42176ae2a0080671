"""What a killed owner leaves, and how it goes away."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from statusquo.core.events import Event, RunSwept
from statusquo.runtimes import leftovers, scratch
from statusquo.runtimes.process import wait
from statusquo.stack import ledger
from tests.integration.stack.stackbench import Bench, processes_of, soon
from tests.waiting import PATIENCE

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[3]


@contextmanager
def owner(folder: Path, how: str) -> Iterator[subprocess.Popen[str]]:
    argv = [sys.executable, "-m", "tests.integration.stack.owner", str(folder), how]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            yield process
        finally:
            process.kill()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


@pytest.mark.parametrize("how", ["wait", "boot"])
def test_after_kill_9_of_the_owner_a_sweep_leaves_nothing(tmp_path: Path, how: str) -> None:
    with owner(tmp_path, how) as process:
        run = line(process)
        if how == "wait":
            assert line(process) == "up"
        else:
            slow = tmp_path / "state" / "runs" / run / "logs" / "slow.log"
            soon(lambda: slow.exists() and slow.read_text())
        process.send_signal(signal.SIGKILL)
        process.wait()
    left = [psutil.Process(pid) for pid in processes_of(run)]
    family = [*left, *(child for one in left for child in one.children())]
    assert len(left) >= 4
    events: list[Event] = []
    swept = ledger.sweep(tmp_path / "state", end=leftovers.end, emit=events.append)
    assert [event.run for event in swept] == [run]
    assert swept[0].processes >= len(left)
    assert events == list(swept)
    assert processes_of(run) == []
    assert wait(family, PATIENCE) == []
    assert not (tmp_path / "state" / "runs" / run).exists()
    assert not scratch.folder(run).exists()


def test_after_kill_9_before_the_first_record_of_a_process_the_label_finds_it(tmp_path: Path) -> None:
    with owner(tmp_path, "wait") as process:
        run = line(process)
        assert line(process) == "up"
        process.kill()
        process.wait()
    (record,) = ledger.read_records(tmp_path / "state")
    assert leftovers.end(run, [entry.process for entry in record.services if entry.name == "db" and entry.process]) > 0
    assert ledger.sweep(tmp_path / "state", end=lambda run, _: leftovers.end(run, []), emit=lambda _: None)
    assert processes_of(run) == []


def test_nothing_to_sweep_sweeps_nothing(tmp_path: Path) -> None:
    events: list[Event] = []
    assert ledger.sweep(tmp_path / "state", end=leftovers.end, emit=events.append) == ()
    assert events == []


def test_a_run_whose_owner_lives_is_not_swept(bench: Bench) -> None:
    assert ledger.sweep(bench.state, end=leftovers.end, emit=bench.events.append) == ()
    assert bench.ledger.folder.is_dir()


def test_a_folder_without_a_record_is_swept(tmp_path: Path) -> None:
    (tmp_path / "runs" / "cafe").mkdir(parents=True)
    assert ledger.sweep(tmp_path, end=leftovers.end, emit=lambda _: None) == (RunSwept("cafe", 0),)
    assert not (tmp_path / "runs" / "cafe").exists()


def test_a_record_that_another_version_wrote_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "of-the-future"
    folder.mkdir(parents=True)
    (folder / "record.json").write_text('{"run": "of-the-future", "as": "we do not know it"}')
    assert ledger.sweep(tmp_path, end=leftovers.end, emit=lambda _: None) == ()
    assert folder.exists()


def test_two_sweeps_at_once_share_the_work(tmp_path: Path) -> None:
    for name in ("a", "b", "c", "d"):
        (tmp_path / "runs" / name).mkdir(parents=True)
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        swept = pool.map(sweep, [tmp_path, tmp_path])
    assert sorted(event.run for events in swept for event in events) == ["a", "b", "c", "d"]


def sweep(state: Path) -> tuple[RunSwept, ...]:
    return ledger.sweep(state, end=leftovers.end, emit=lambda _: None)


def test_a_process_that_has_the_number_of_an_old_one_is_left_alone() -> None:
    mine = ledger.identify(os.getpid())
    stranger = type(mine)(mine.pid, mine.started - 3600)
    assert not ledger.is_alive(stranger)
    assert leftovers.find(stranger) is None
    assert leftovers.end("no-such-run", [stranger]) == 0
