"""One connection to the supervisor, from the side of who asks. ``finding`` makes it, ``client`` speaks through it."""

from __future__ import annotations

import socket
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from statusquo.core.errors import NoStack, StatusquoError
from statusquo.core.lane import Lane
from statusquo.core.protocols import Emit
from statusquo.supervisor import wire
from statusquo.supervisor.wire import Message

SECONDS_TO_END = 60.0


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


def _gone() -> NoStack:
    return NoStack(
        "The supervisor of the stack is gone, and with it the stack.",
        next="The next start removes what it left. If nobody ended it, see supervisor.log in the state folder.",
    )
