"""One child process: started apart from us, watched, and ended with everything that it started. ``native`` uses it.

A child gets a session of its own, so that neither the terminal's Ctrl-C nor the death of the test run reaches it by
accident. What it leaves when it stops is found by descent, session and the labels in its environment, never by name.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

from statusquo.core.processes import ProcessId

POLL = 0.005

AGAIN = 0.5
"""Seconds after which one that was started just now is interrupted again."""

LAST_WORDS = 0.5
"""Seconds for what outlived its service between terminate and kill."""

SECONDS_TO_DIE = 10.0
"""How long a busy machine may take for what was killed."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account of this machine, by its numbers."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Start:
    """What to start: nothing is inherited but what stands here."""

    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path
    log: Path
    account: Account | None = None
    """Whose process it becomes; only root can ask for that."""


@dataclass(slots=True)
class Process:
    """A child that was started here."""

    id: ProcessId
    label: Mapping[str, str]
    child: subprocess.Popen[bytes]

    def exit_code(self) -> int | None:
        """``None`` while it lives; negative for a signal."""
        return self.child.poll()

    def stop(self, patience: float) -> None:
        """Interrupt, terminate, kill, *patience* seconds apart, its whole process group; then end what it left."""
        family = descendants(self.id.pid)
        try:
            self._interrupt(patience)
            for step in (signal.SIGTERM, signal.SIGKILL):
                if self.exit_code() is None:
                    signal_group(self.id.pid, step)
                    self._wait(patience)
        finally:  # an impatient second Ctrl-C comes here at once
            end([*family, *in_session(self.id.pid), *labelled(self.label)], LAST_WORDS)
            self.exit_code()

    def _interrupt(self, patience: float) -> None:
        """Interrupt, and again where a worker may not have listened yet: gunicorn's lose what comes while they boot.

        One that has run for longer is interrupted once: to many a program the second time means to drop its work.
        """
        deadline = time.monotonic() + patience
        pause = AGAIN if time.time() - self.id.started < patience else patience
        while self.exit_code() is None and (left := deadline - time.monotonic()) > 0:
            signal_group(self.id.pid, signal.SIGINT)
            self._wait(min(pause, left))

    def _wait(self, patience: float) -> None:
        """Look more often than ``Popen.wait`` does: that is what somebody waits for at the end of each run."""
        deadline = time.monotonic() + patience
        while self.exit_code() is None and time.monotonic() < deadline:
            time.sleep(POLL)


def start(what: Start, label: Mapping[str, str], *, stdin: int | IO[bytes] = subprocess.DEVNULL) -> Process:
    """Start a child that appends its output to the log. Raises OSError when there is no such program or folder."""
    what.log.parent.mkdir(parents=True, exist_ok=True)
    account = what.account
    with what.log.open("ab") as log:
        child = subprocess.Popen(
            what.argv,
            stdin=stdin,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=what.cwd,
            env={**what.env, **label},
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=() if account else None,
        )
    return Process(ProcessId(child.pid, psutil.Process(child.pid).create_time()), label, child)


@contextmanager
def stopped_on_error(process: Process) -> Iterator[None]:
    """Stop a child whose starter does not come to its end."""
    try:
        yield
    except BaseException:
        process.stop(LAST_WORDS)
        raise


def end(processes: Iterable[psutil.Process], patience: float) -> int:
    """Terminate those that still live, kill them *patience* seconds later; returns how many there were."""
    alive = [process for process in set(processes) if _lives(process)]
    for process in alive:
        _send(process, signal.SIGTERM)
    stubborn = wait(alive, patience)
    for process in stubborn:
        _send(process, signal.SIGKILL)
    wait(stubborn, SECONDS_TO_DIE)
    return len(alive)


def wait(processes: Iterable[psutil.Process], patience: float) -> list[psutil.Process]:
    """Those that still live after at most *patience* seconds.

    ``psutil.wait_procs`` would wait for zombies too, and in a container nobody may ever ask about those.
    """
    deadline = time.monotonic() + patience
    while (alive := [process for process in processes if _lives(process)]) and time.monotonic() < deadline:
        time.sleep(POLL)
    return alive


def labelled(label: Mapping[str, str]) -> Iterator[psutil.Process]:
    """The processes whose environment holds all of *label*, as far as we may see it; never ourselves."""
    for process in _everyone():
        if process.pid != os.getpid() and label.items() <= _environment(process).items():
            yield process


def in_session(leader: int) -> Iterator[psutil.Process]:
    """The processes whose session was started by process number *leader*."""
    for process in _everyone():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.getsid(process.pid) == leader:
                yield process


def _everyone() -> Iterator[psutil.Process]:
    """All processes as they are now.

    ``psutil.process_iter`` keeps what it met under a number before; where the number is another process by now, that
    one would be taken for dead, and not be ended.
    """
    for pid in psutil.pids():
        with contextlib.suppress(psutil.Error):
            yield psutil.Process(pid)


def descendants(pid: int) -> list[psutil.Process]:
    """The children of a process, and theirs, as far as their parents still live."""
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def signal_group(leader: int, number: signal.Signals) -> None:
    """Send a signal to a child and those that share its process group, as a terminal would."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)


def _lives(process: psutil.Process) -> bool:
    """False for a zombie too: it only waits for its parent to ask about it."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _environment(process: psutil.Process) -> Mapping[str, str]:
    try:
        return process.environ()
    except (psutil.Error, OSError):
        return {}


def _send(process: psutil.Process, number: signal.Signals) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(number)
