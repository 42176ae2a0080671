"""What the supervisor answers, and the decision when to go. ``__main__`` runs it, ``connection`` asks.

Each connection is a client: whoever holds one is there, whatever became of it otherwise. What it prints is its log: who
had what, and why it went.
"""

from __future__ import annotations

import os
import platform
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from statusquo import wiring
from statusquo.core import own
from statusquo.core.errors import Busy, NoStack
from statusquo.stack import ledger
from statusquo.supervisor import place, wire
from statusquo.supervisor.broker import Broker
from statusquo.supervisor.connection import Connection, Server
from statusquo.supervisor.place import Place
from statusquo.supervisor.slots import Wish
from statusquo.supervisor.wire import Message

GRACE = 2.0
"""Seconds that it waits for another client when the last one went without a word: pytest-xdist replaces workers."""

WATCHING = 0.05
RESTING = 0.5


class Supervisor:
    """Serves until nobody needs it any more."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._broker = Broker()
        self._code = own.digest()
        self._path = place.new_socket(self._state)
        self._changed = threading.Condition()
        self._clients: set[Connection] = set()
        self._left = self._looked = time.monotonic()
        self._idle: float | None = None
        """Seconds that it stays without a client; ``None``: it goes with the last one."""
        self._is_over = False
        self._is_ending = False
        self._socket = Server(self._path, self)

    def run(self) -> None:
        """Serve, then stop everything that was started."""
        threading.Thread(target=self._socket.serve_forever, args=(WATCHING,), daemon=True).start()
        with ExitStack() as ending:  # in reverse; a step that fails keeps none of the others from being done
            ending.callback(self._log, "everything is stopped")
            ending.callback(Path(self._path).unlink, missing_ok=True)
            ending.callback(self._broker.close)
            ending.callback(self._send_away)
            ending.callback(place.remove, self._state)
            place.write(self._state, Place(ledger.identify(os.getpid()), self._path, platform.node()))
            self._log(f"process {os.getpid()} serves {self._state}")
            while not self._is_time_to_go():
                self._look_around()
                with self._changed:
                    self._changed.wait(WATCHING if self._clients else RESTING)

    def stop(self, why: str) -> None:
        """Go as soon as possible."""
        with self._changed:
            if not self._is_over:
                self._log(f"{why}: stops everything")
            self._is_over = True
            self._changed.notify_all()

    def enter(self, connection: Connection) -> None:
        """Somebody is there."""
        with self._changed:
            self._clients.add(connection)

    def leave(self, connection: Connection, *, was_waiting: bool) -> bool:
        """Somebody is gone; True if all ends with it: one that was waiting for an answer lost patience."""
        ends = self._forget(connection) and was_waiting
        self._log(f"{connection.client} is gone")
        if ends:
            self._go("what was being started is not wanted any more")
        return ends

    def end(self, run: str) -> None:
        """End what a run has started whose client is gone."""
        wiring.end_run(self._state, run)

    def answer(self, connection: Connection, said: Message) -> object:
        """The result of one request. Raises StatusquoError; NoStack once everything is being stopped."""
        if self._is_ending:
            if said["do"] == "leave":
                return {"ends": True}
            raise NoStack("The supervisor of the stack is stopping everything.", next="See its log for the reason.")
        client, emit = connection.client, connection.emit
        requests: Mapping[str, Callable[[], object]] = {
            "hello": lambda: self._hello(connection, said),
            "lease": lambda: wire.from_lane(self._broker.lease(client, _wish(said), emit=emit)),
            "attach": lambda: wire.from_lane(self._broker.attach(client)),
            "change": lambda: wire.from_lane(self._broker.change(client, _wish(said), emit=emit)),
            "deaths": lambda: [{**_plain(died), "ago": ago} for died, ago in self._broker.deaths(client)],
            "repair": lambda: wire.from_lane(self._broker.repair(client, emit=emit)),
            "restart": lambda: wire.from_lane(self._broker.restart(client, said["names"], emit=emit)),
            "launch": lambda: asdict(self._broker.launch(client, said["service"], tuple(said["argv"]))),
            "keep": lambda: self._keep(said["idle"]),
            "lanes": self._lanes,
            "leave": lambda: self._leave(connection),
            "stop": lambda: self._stop(connection),
        }
        return requests[said["do"]]()

    def _hello(self, connection: Connection, said: Message) -> Message:
        connection.introduce(said["what"], said["pid"])
        self._log(f"{connection.client} is here")
        return {"code": self._code}

    def _keep(self, idle: float) -> None:
        self._idle = idle or float("inf")

    def _lanes(self) -> object:
        return [
            {
                "lane": wire.from_lane(lane),
                "holder": str(holder) if holder else "",
                "died": [_plain(each) for each in died],
            }
            for lane, holder, died in self._broker.lanes()
        ]

    def _leave(self, connection: Connection) -> Message:
        """Say whether all ends with this client; it may wait for that."""
        is_last = self._forget(connection)
        if is_last:
            self._go(f"{connection.client} was the last")
        return {"ends": is_last}

    def _forget(self, connection: Connection) -> bool:
        """Count a client as gone; True if it was the last, and we are not to stay.

        One that says so counts at once: of two that leave together, each would take the other for one that stays.
        """
        self._broker.release(connection.client)
        with self._changed:
            self._clients.discard(connection)
            self._left = time.monotonic()
            return self._idle is None and not self._clients

    def _stop(self, connection: Connection) -> None:
        if holders := ", ".join(map(str, self._broker.holders())):
            raise Busy(f"The stack is in use by {holders}.", next="Wait until it is done, or end it.")
        self._go(f"{connection.client} asks for it")

    def _go(self, why: str) -> None:
        """Nobody finds this supervisor any more; then it ends."""
        place.remove(self._state)
        self.stop(why)

    def _look_around(self) -> None:
        self._broker.watch()
        if time.monotonic() - self._looked > RESTING:
            self._looked = time.monotonic()
            if not self._is_forgotten():
                place.touch(self._state)
            for connection in tuple(self._clients):
                connection.drop_if_dead()

    def _is_forgotten(self) -> bool:
        """True when nobody finds us any more; then it is time to go."""
        if place.is_mine(self._state):
            return False
        self.stop("its record is gone or names another supervisor")
        return True

    def _send_away(self) -> None:
        """Answer nobody any more, and end what is being started; for all at once, as one may wait for another."""
        self._is_ending = True
        threads = [threading.Thread(target=connection.cancel) for connection in tuple(self._clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _log(self, text: str) -> None:
        line = f"{time.strftime('%Y-%m-%d %H:%M:%S')} {text}\n"
        os.write(sys.stdout.fileno(), line.encode())  # not print: a signal may come in the middle of one

    def _is_time_to_go(self) -> bool:
        if self._is_over:
            return True
        if not self._is_left():
            return False
        if self._is_forgotten():
            return True
        with place.lock(self._state):  # nobody is just about to connect
            if self._is_left():
                self._go("nobody is here any more")
        return self._is_over

    def _is_left(self) -> bool:
        return not self._clients and time.monotonic() - self._left > (GRACE if self._idle is None else self._idle)


def _wish(said: Message) -> Wish:
    services = said["services"]
    return Wish(
        Path(said["file"]),
        tuple(said["overrides"]),
        said["environ"],
        None if services is None else tuple(services),
        said["variant"],
    )


def _plain(died: Any) -> dict[str, object]:
    return {"service": died.service, "how": died.how, "log": list(died.log)}
