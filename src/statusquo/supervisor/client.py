"""How the doors get at the supervisor: find it or start it, lease a lane, ask for changes, and leave."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from statusquo import wiring
from statusquo.config import Config
from statusquo.core import logs
from statusquo.core.errors import NoStack, StatusquoError
from statusquo.core.lane import Lane
from statusquo.core.protocols import Emit
from statusquo.core.service import Launch
from statusquo.supervisor import place, wire
from statusquo.supervisor.place import Place
from statusquo.supervisor.wire import Message

SECONDS_TO_START = 30.0
SECONDS_TO_END = 60.0
POLL = 0.005


@dataclass(frozen=True, slots=True)
class Death:
    """A service that died while somebody worked with it."""

    service: str
    how: str
    ago: float
    """Seconds."""
    log: tuple[str, ...]
    """Its last lines."""


@dataclass(frozen=True, slots=True)
class LaneStatus:
    """A lane and how it is."""

    lane: Lane
    holder: str
    """Who has leased it, for people; empty: nobody."""
    died: tuple[str, ...]
    """Its services that are dead."""


class Supervisor:
    """A connection to the supervisor: as long as it is open, somebody is there. One request at a time."""

    def __init__(self, connection: socket.socket, child: subprocess.Popen[bytes] | None) -> None:
        self._socket = connection
        self._lines = connection.makefile("rb")
        self._child = child
        """The supervisor's process, if it was started here."""
        self._asked = 0
        """How many requests were made: the number of the last one, which its answer carries."""
        self._is_waiting = False
        """True while the last request is not answered; for good, if whoever made it lost patience."""

    def ask(self, do: str, *, emit: Emit | None = None, **more: object) -> Any:
        """The result of a request, its events passed on. Raises the error that it ended with; NoStack if it is gone."""
        self._is_waiting = True
        self._asked += 1
        try:
            self._socket.sendall(wire.line({"do": do, "id": self._asked, **more}))
            return self._answer(emit)
        except OSError as error:
            raise _gone() from error

    def _answer(self, emit: Emit | None) -> Any:
        for text in self._lines:
            said = wire.message(text)
            if "event" in said:
                if emit:
                    emit(wire.to_event(said["event"]))
                continue
            if said["to"] != self._asked:  # whoever asked for that was interrupted
                continue
            self._is_waiting = False
            if "error" in said:
                raise wire.to_error(said["error"])
            return said["result"]
        raise _gone()

    def lease(self, wish: Message, *, emit: Emit) -> Lane:
        """A lane of our own that runs as it is wished for. Raises all that starting a stack does."""
        return wire.to_lane(self.ask("lease", emit=emit, **wish))

    def keep(self, idle: float) -> None:
        """Leave everything running when the last client goes, for *idle* seconds without any; 0: for ever."""
        self.ask("keep", idle=idle)

    def lanes(self) -> tuple[LaneStatus, ...]:
        """All lanes and how they are."""
        return tuple(
            LaneStatus(wire.to_lane(each["lane"]), each["holder"], tuple(died["service"] for died in each["died"]))
            for each in self.ask("lanes")
        )

    def leave(self) -> None:
        """Go; if nobody else is there and nothing is to be kept, return when all is stopped."""
        with suppress(StatusquoError, OSError, ValueError):  # half a message, when reading it was interrupted
            ends = self._hang_up() if self._is_waiting else self.ask("leave")["ends"]
            if ends:
                self.wait()

    def _hang_up(self) -> bool:
        """Say that what was asked for is not wanted any more, as nobody waits for it; whether all ends with us."""
        self._socket.shutdown(socket.SHUT_WR)
        answers = (wire.message(text).get("result") for text in self._lines)
        return next((bool(each["ends"]) for each in answers if isinstance(each, dict) and "ends" in each), False)

    def stop(self) -> None:
        """Have everything stopped. Raises Busy when somebody works with it."""
        self.ask("stop")
        self.wait()

    def wait(self) -> None:
        """Return when the supervisor is gone."""
        self._socket.settimeout(SECONDS_TO_END)
        with suppress(OSError):
            while self._lines.readline():
                pass
        if self._child:
            self._child.wait(SECONDS_TO_END)

    def close(self) -> None:
        """Let go, without a word: the supervisor takes back what was leased here."""
        self._lines.close()
        self._socket.close()
        if self._child and self._child.poll() is None:
            self._child.returncode = 0  # else subprocess warns about a child that is left behind


@dataclass(slots=True)
class Lease:
    """A lane that nobody else touches as long as the connection is open."""

    supervisor: Supervisor
    lane: Lane
    wish: Message

    def change(self, *, emit: Emit, **wish: object) -> Lane:
        """Have the lane run as it is wished for now: other ``services``, another ``variant``."""
        self.wish = {**self.wish, **wish}
        return self._take(self.supervisor.ask("change", emit=emit, **self.wish))

    def deaths(self) -> tuple[Death, ...]:
        """The services that died and were not started again yet."""
        return tuple(
            Death(each["service"], each["how"], each["ago"], tuple(each["log"]))
            for each in self.supervisor.ask("deaths")
        )

    def repair(self, *, emit: Emit) -> Lane:
        """Have what died, and what needs it, started again. Raises ServiceFailed at the second death of a service."""
        return self._take(self.supervisor.ask("repair", emit=emit))

    def restart(self, names: Sequence[str], *, emit: Emit) -> Lane:
        """Have the named services, and those that need them, stopped and started again."""
        return self._take(self.supervisor.ask("restart", names=list(names), emit=emit))

    def launch(self, service: str, argv: Sequence[str]) -> Launch:
        """What to start on this machine to have *argv* run as *service* is run in the lane."""
        said = self.supervisor.ask("launch", service=service, argv=list(argv))
        env = tuple((name, value) for name, value in said["env"])
        return Launch(tuple(said["argv"]), Path(said["cwd"]), env)

    def _take(self, said: Message) -> Lane:
        self.lane = wire.to_lane(said)
        return self.lane


@contextmanager
def lease(
    config: Config,
    *,
    what: str,
    environ: Mapping[str, str],
    overrides: Sequence[str] = (),
    services: Sequence[str] | None = None,
    variant: str = "",
    emit: Emit,
) -> Iterator[Lease]:
    """A lane that runs as the configuration asks, until the end of the block. Raises all that starting a stack does."""
    wished = wish(config, environ=environ, overrides=overrides, services=services, variant=variant)
    with opened(config, what=what, environ=environ) as supervisor:
        yield Lease(supervisor, supervisor.lease(wished, emit=emit), wished)


def wish(
    config: Config,
    *,
    environ: Mapping[str, str],
    overrides: Sequence[str] = (),
    services: Sequence[str] | None = None,
    variant: str = "",
) -> Message:
    """What a lane is asked to run: *services*, or all, as the configuration says under *environ* and *overrides*."""
    return {
        "file": str(config.path),
        "overrides": list(overrides),
        "environ": dict(environ),
        "services": None if services is None else list(services),
        "variant": variant,
    }


@contextmanager
def attached(config: Config, *, what: str) -> Iterator[Lease]:
    """The first lane of the stack that was left running, as it is. Raises NoStack, Busy."""
    with found(config, what=what) as supervisor:
        if supervisor is None:
            raise NoStack("No stack of this project is running.", next="Start it with 'statusquo up'.")
        yield Lease(supervisor, wire.to_lane(supervisor.ask("attach")), {})


def is_up(config: Config, *, what: str) -> bool:
    """True when a stack of the project runs and none of its services is dead."""
    with found(config, what=what) as supervisor:
        lanes = supervisor.lanes() if supervisor else ()
    return bool(lanes) and not any(lane.died for lane in lanes)


@contextmanager
def opened(config: Config, *, what: str, environ: Mapping[str, str]) -> Iterator[Supervisor]:
    """The supervisor, started if it is not there; at the end it is told that we leave."""
    state = wiring.writable(config)
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
        if said["code"] == wiring.own_digest():
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


def _gone() -> NoStack:
    return NoStack(
        "The supervisor of the stack is gone, and with it the stack.",
        next="The next start removes what it left. If nobody ended it, see supervisor.log in the state folder.",
    )
