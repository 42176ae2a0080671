"""What runs: one folder per run below ``STATE/runs``, its ``record.json`` written before and after each start.

The wiring opens a run for its lifetime and sweeps first: whatever a killed owner left is found through the record, and
the processes that started between two writes through their label. How processes are found and ended is the runtime's
to know, so the wiring hands that in as ``end``.
"""

from __future__ import annotations

import dataclasses
import os
import platform
import secrets
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from filelock import FileLock

from statusquo.core.errors import StatusquoError
from statusquo.core.events import RunOpened, RunSwept
from statusquo.core.processes import ProcessId
from statusquo.core.protocols import Emit, Running
from statusquo.stack import record as records
from statusquo.stack.record import Entry, Record

End = Callable[[str, Sequence[ProcessId]], int]
"""End a run's processes, the given ones in that order, and what the runtime keeps elsewhere; how many they were."""

RECORD = "record.json"

CLOCK_DRIFT = 2.0
"""Seconds by which the system's idea of when a process started may move while the clock is being set."""


class Ledger:
    """The record of one run, as its owner writes it; safe to use from several threads."""

    def __init__(self, folder: Path, record: Record) -> None:
        self.folder = folder
        self.record = record
        self._lock = threading.Lock()
        _write(folder, record)

    def starting(self, name: str) -> None:
        """A service is about to start."""
        self._put(Entry(name))

    def started(self, name: str, running: Running) -> None:
        """A service was started; it may be gone already."""
        process = None
        with suppress(psutil.NoSuchProcess):
            process = identify(running.pid) if running.pid else None
        self._put(Entry(name, process, running.endpoint, running.log))

    def stopped(self, name: str) -> None:
        """A service was stopped."""
        with self._lock, suppress(FileNotFoundError):  # whoever deletes the folder has its services stopped
            kept = tuple(entry for entry in self.record.services if entry.name != name)
            self._set(dataclasses.replace(self.record, services=kept))

    def _put(self, entry: Entry) -> None:
        with self._lock:
            others = tuple(each for each in self.record.services if each.name != entry.name)
            self._set(dataclasses.replace(self.record, services=(*others, entry)))

    def _set(self, record: Record) -> None:
        self.record = record
        _write(self.folder, record)


@contextmanager
def opened(state: Path, *, nonce: str, emit: Emit) -> Iterator[Ledger]:
    """A new run of this process, whose folder goes at the end.

    The logs of a run that fails stay below ``STATE/failed``, where the error says they are, until the next one fails.
    """
    run = secrets.token_hex(4)
    record = Record(run, platform.node(), identify(os.getpid()), nonce)
    folder = runs_folder(state) / run
    with _locked(state):  # a sweep must not meet a folder without its record
        folder.mkdir()
        ledger = Ledger(folder, record)
    try:
        emit(RunOpened(run))
        yield ledger
    except StatusquoError as error:
        kept = _keep_logs(folder / "logs", state / "failed")
        error.next = f"{error.next} All logs: {kept}.".lstrip() if kept else error.next
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _keep_logs(logs: Path, place: Path) -> Path | None:
    """Put the logs where they outlive the run; ``None`` if there are none."""
    if not logs.is_dir():
        return None
    shutil.rmtree(place, ignore_errors=True)
    return logs.rename(place)


def read_records(state: Path) -> tuple[Record, ...]:
    """The runs that are written down, oldest first; what cannot be read is left out."""
    found = sorted(runs_folder(state).glob(f"*/{RECORD}"), key=lambda file: file.parent.stat().st_ctime)
    return tuple(record for record in map(_read, found) if record)


def identify(pid: int) -> ProcessId:
    """A process that exists, so that it is known again."""
    return ProcessId(pid, psutil.Process(pid).create_time())


def is_alive(process: ProcessId) -> bool:
    """Whether that very process still runs."""
    try:
        found = psutil.Process(process.pid)
        return abs(found.create_time() - process.started) < CLOCK_DRIFT and found.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def sweep(state: Path, *, end: End, emit: Emit) -> tuple[RunSwept, ...]:
    """Remove what runs with a dead owner left behind; those of other machines stay."""
    with _locked(state):
        swept = tuple(
            RunSwept(folder.name, _remove(folder, _read(folder / RECORD), end))
            for folder in sorted(runs_folder(state).iterdir())
            if folder.is_dir() and _is_abandoned(folder / RECORD)
        )
    for event in swept:
        emit(event)
    return swept


def runs_folder(state: Path) -> Path:
    """Where the folders of the runs are."""
    return state / "runs"


def _is_abandoned(file: Path) -> bool:
    """A folder without a record was being removed when its remover died; a record that we cannot read is not ours."""
    if not file.exists():
        return True
    record = _read(file)
    if record is None or record.machine != platform.node():
        return False
    return not is_alive(record.owner)


def _remove(folder: Path, record: Record | None, end: End) -> int:
    services = reversed(record.services if record else ())
    ended = end(folder.name, [entry.process for entry in services if entry.process])
    shutil.rmtree(folder, ignore_errors=True)
    return ended


def _read(file: Path) -> Record | None:
    try:
        return records.from_json(file.read_text())
    except (OSError, ValueError):
        return None


def _write(folder: Path, record: Record) -> None:
    """Write aside and rename: whoever reads sees the old record or the new one. Only we may read it."""
    aside = folder / f"{RECORD}.new"
    aside.touch(mode=0o600)
    aside.write_text(records.to_json(record))
    aside.replace(folder / RECORD)


@contextmanager
def _locked(state: Path) -> Iterator[None]:
    runs_folder(state).mkdir(parents=True, exist_ok=True)
    with FileLock(runs_folder(state) / ".lock"):
        yield
