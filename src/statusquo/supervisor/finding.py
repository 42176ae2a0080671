"""The supervisor of a state folder: found if it is there, started if it is not. ``client`` asks.

Whoever looks holds the lock of the folder, and the supervisor does while it decides to go: nobody connects to one that
is about to leave, and no two are started.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from statusquo.config import Config, folders
from statusquo.core import logs, own
from statusquo.core.errors import Busy, NoStack, StatusquoError
from statusquo.supervisor import place
from statusquo.supervisor.link import Supervisor
from statusquo.supervisor.place import Place

SECONDS_TO_START = 30.0
POLL = 0.005


@contextmanager
def opened(config: Config, *, what: str, environ: Mapping[str, str]) -> Iterator[Supervisor]:
    """The supervisor, started if it is not there; at the end it is told that we leave."""
    state = folders.writable(config)
    with place.lock(state):
        supervisor = _connect(state, what) or _start(state, what, environ)
    try:
        yield supervisor
    finally:
        try:
            supervisor.leave()
        finally:
            supervisor.close()


@contextmanager
def found(config: Config, *, what: str) -> Iterator[Supervisor | None]:
    """The supervisor if it is there; nothing is started, and nothing ends with us but what would have ended anyway."""
    supervisor = None
    if config.state.is_dir():
        with place.lock(config.state):
            supervisor = _connect(config.state, what)
    try:
        yield supervisor
    finally:
        if supervisor:
            supervisor.close()


def _connect(state: Path, what: str) -> Supervisor | None:
    known = place.read(state)
    if known is None:
        place.forget(state)
        return None
    if not known.is_here:
        raise _elsewhere(state, known)
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(known.socket)
    except OSError:  # it is just about to go
        connection.close()
        return None
    return _introduced(Supervisor(connection, None), known, what)


def _introduced(supervisor: Supervisor, known: Place, what: str) -> Supervisor | None:
    """Say who we are. A supervisor of other code than ours is sent away; ``None`` once it is gone."""
    try:
        said = supervisor.ask("hello", what=what, pid=os.getpid())
        if said["code"] == own.digest():
            return supervisor
        supervisor.stop()
    except NoStack:
        pass
    except StatusquoError as error:
        error.next = f"Another version of statusquo runs it (process {known.process.pid}). {error.next}"
        supervisor.close()
        raise
    supervisor.close()
    return None


def _start(state: Path, what: str, environ: Mapping[str, str]) -> Supervisor:
    with place.log(state).open("wb") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "statusquo.supervisor", str(state)],
            cwd="/",
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    known = _await(state, child)
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(known.socket)
    supervisor = Supervisor(connection, child)
    supervisor.ask("hello", what=what, pid=os.getpid())
    return supervisor


def _elsewhere(state: Path, known: Place) -> Busy:
    return Busy(
        f"The stack of {state} runs on another machine, {known.machine} (process {known.process.pid}).",
        why="Machines that share this folder cannot share what runs: they reach neither its processes nor its socket.",
        next="Stop it there with 'statusquo down', or give this machine a folder of its own: --set stack.state=...",
    )


def _await(state: Path, child: subprocess.Popen[bytes]) -> Place:
    deadline = time.monotonic() + SECONDS_TO_START
    while child.poll() is None and time.monotonic() < deadline:
        known = place.read(state)
        if known and known.process.pid == child.pid:
            return known
        time.sleep(POLL)
    child.kill()
    child.wait()
    raise StatusquoError(
        f"The supervisor of {state} did not start.",
        next="Mend what its log says.",
        evidence="\n".join(logs.tail(place.log(state))),
    )
