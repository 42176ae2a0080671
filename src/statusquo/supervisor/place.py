"""Where the supervisor of a state folder is to be found: its record there, its socket, the lock of who looks for it."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock

from statusquo.core.processes import ProcessId
from statusquo.stack import ledger

LONGEST_SOCKET = 100


@dataclass(frozen=True, slots=True)
class Place:
    """A supervisor that answers."""

    process: ProcessId
    socket: str


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
    """Where the supervisor answers; ``None`` if there is none, or it is dead."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        raw = json.loads(_record(state).read_text())
        place = Place(ProcessId(**raw["process"]), raw["socket"])
        return place if ledger.is_alive(place.process) else None
    return None


def is_mine(state: Path) -> bool:
    """True while the record names this process; False too when the folder is gone."""
    place = read(state)
    return place is not None and place.process.pid == os.getpid()


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
