"""Where the supervisor of a state folder is to be found: its record there, its socket, the lock of who looks for it."""

from __future__ import annotations

import json
import os
import platform
import secrets
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock

from statusquo.core.processes import ProcessId
from statusquo.stack import ledger

LONGEST_SOCKET = 100
SILENCE = 120.0
"""Seconds after which a supervisor of another machine, whose process cannot be asked for, is taken for dead."""


@dataclass(frozen=True, slots=True)
class Place:
    """A supervisor that answers."""

    process: ProcessId
    socket: str
    machine: str
    """The host name: neither process numbers nor sockets mean anything on another one that shares the folder."""

    @property
    def is_here(self) -> bool:
        """True when it runs on this machine."""
        return self.machine == platform.node()


def new_socket(state: Path) -> str:
    """A path for the supervisor's socket: in the state folder, or below the system's temporary one if that is too long.

    The address of a Unix socket has little more than 100 bytes (unix(7)).
    """
    name = f"statusquo-{os.getpid()}-{secrets.token_hex(4)}.sock"
    path = str(state / name)
    return path if len(os.fsencode(path)) < LONGEST_SOCKET else str(Path(tempfile.gettempdir()) / name)


def log(state: Path) -> Path:
    """The supervisor's own log."""
    return state / "supervisor.log"


def lock(state: Path) -> FileLock:
    """Held by who looks for the supervisor, and by the supervisor while it decides to go."""
    return FileLock(state / "supervisor.lock")


def write(state: Path, place: Place) -> None:
    """Say where the supervisor answers; whoever reads sees all of it or nothing."""
    aside = _record(state).with_suffix(".new")
    aside.write_text(json.dumps(asdict(place)))
    aside.replace(_record(state))


def read(state: Path) -> Place | None:
    """Where the supervisor answers, here or on another machine; ``None`` if there is none, or it is dead."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        raw = json.loads(_record(state).read_text())
        place = Place(ProcessId(**raw["process"]), raw["socket"], raw["machine"])
        lives = ledger.is_alive(place.process) if place.is_here else _silence(state) < SILENCE
        return place if lives else None
    return None


def touch(state: Path) -> None:
    """Say that the supervisor lives, whose record this is: to those on other machines, who cannot ask for it."""
    with suppress(OSError):
        os.utime(_record(state))


def _silence(state: Path) -> float:
    """Seconds since the record was last touched, by the clock of the file system: those of machines differ."""
    with tempfile.NamedTemporaryFile(dir=state) as now:
        return Path(now.name).stat().st_mtime - _record(state).stat().st_mtime


def is_mine(state: Path) -> bool:
    """True while the record names this process; False too when the folder is gone."""
    place = read(state)
    return place is not None and place.is_here and place.process.pid == os.getpid()


def remove(state: Path) -> None:
    """Take the record away, if it is this process's."""
    if is_mine(state):
        _record(state).unlink(missing_ok=True)


def forget(state: Path) -> None:
    """Remove what a supervisor that was killed left of itself."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        Path(json.loads(_record(state).read_text())["socket"]).unlink(missing_ok=True)
    _record(state).unlink(missing_ok=True)


def _record(state: Path) -> Path:
    return state / "supervisor.json"
