"""The supervisor's socket, and the decision when to go. ``__main__`` runs it.

Each connection is a client: whoever holds one is there, whatever became of it otherwise. A request is served by a
thread of its own, so that a client who leaves in the middle of it is noticed: what was being started for it is ended.
"""

from __future__ import annotations

import os
import socket
import socketserver
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from statusquo import wiring
from statusquo.core.errors import Busy, StatusquoError
from statusquo.core.events import Event, RunOpened
from statusquo.core.lane import Lane
from statusquo.stack import ledger
from statusquo.supervisor import place, wire
from statusquo.supervisor.broker import Broker, Client, Wish
from statusquo.supervisor.place import Place
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
        self._code = wiring.own_digest()
        self._path = place.new_socket()
        self._changed = threading.Condition()
        self._clients: set[Connection] = set()
        self._left = time.monotonic()
        self._idle: float | None = None
        """Seconds that it stays without a client; ``None``: it goes with the last one."""
        self._is_over = False
        self._socket = _Server(self._path, Connection, self)

    def run(self) -> None:
        """Serve, then stop everything that was started."""
        threading.Thread(target=self._socket.serve_forever, daemon=True).start()
        try:
            place.write(self._state, Place(ledger.identify(os.getpid()), self._path))
            while not self._is_time_to_go():
                self._broker.watch()
                with self._changed:
                    self._changed.wait(WATCHING if self._clients else RESTING)
        finally:
            for connection in tuple(self._clients):
                connection.cancel()
            self._broker.close()
            self._socket.server_close()
            Path(self._path).unlink(missing_ok=True)

    def stop(self) -> None:
        """Go as soon as possible."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    def enter(self, connection: Connection) -> None:
        """Somebody is there."""
        with self._changed:
            self._clients.add(connection)

    def leave(self, connection: Connection, *, was_waiting: bool) -> bool:
        """Somebody is gone; True if all ends with it: one that was waiting for an answer lost patience."""
        self._broker.release(connection.client)
        with self._changed:
            self._clients.discard(connection)
            self._left = time.monotonic()
            ends = was_waiting and not self._clients and self._idle is None
        if ends:
            self._go()
        return ends

    def end(self, run: str) -> None:
        """End what a run has started whose client is gone."""
        wiring.end_run(self._state, run)

    def answer(self, connection: Connection, said: Message) -> object:
        """The result of one request. Raises StatusquoError."""
        client, emit = connection.client, connection.emit
        requests: Mapping[str, Callable[[], object]] = {
            "hello": lambda: self._hello(connection, said),
            "lease": lambda: self._with_lane(self._broker.lease(client, _wish(said), emit=emit)),
            "attach": lambda: self._with_lane(self._broker.attach(client)),
            "change": lambda: self._with_lane(self._broker.change(client, _wish(said), emit=emit)),
            "deaths": lambda: [{**_plain(died), "ago": ago} for died, ago in self._broker.deaths(client)],
            "repair": lambda: self._with_lane(self._broker.repair(client, emit=emit)),
            "restart": lambda: self._with_lane(self._broker.restart(client, said["names"], emit=emit)),
            "launch": lambda: asdict(self._broker.launch(client, said["service"], tuple(said["argv"]))),
            "keep": lambda: self._keep(said["idle"]),
            "lanes": self._lanes,
            "leave": lambda: self._leave(connection),
            "stop": lambda: self._stop(connection),
        }
        return requests[said["do"]]()

    def _hello(self, connection: Connection, said: Message) -> Message:
        connection.client = Client(said["what"], said["pid"])
        return {"code": self._code}

    def _with_lane(self, lane: Lane) -> Message:
        return wire.from_lane(lane)

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
        self._broker.release(connection.client)
        with self._changed:
            is_last = self._idle is None and self._clients <= {connection}
        if is_last:
            self._go()
        return {"ends": is_last}

    def _stop(self, connection: Connection) -> None:
        holders = [str(holder) for _, holder, _ in self._broker.lanes() if holder]
        if holders:
            raise Busy(f"The stack is in use by {', '.join(holders)}.", next="Wait until it is done, or end it.")
        self._go()

    def _go(self) -> None:
        """Nobody finds this supervisor any more; then it ends."""
        place.remove(self._state)
        self.stop()

    def _is_time_to_go(self) -> bool:
        if self._is_over or not place.is_mine(self._state):
            return True
        if not self._is_left():
            return False
        with place.lock(self._state):  # nobody is just about to connect
            if self._is_left():
                place.remove(self._state)
                return True
        return False

    def _is_left(self) -> bool:
        return not self._clients and time.monotonic() - self._left > (GRACE if self._idle is None else self._idle)


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

    def __init__(self, path: str, handler: type[Connection], supervisor: Supervisor) -> None:
        self.supervisor = supervisor
        before = os.umask(0o177)  # nobody else may connect
        try:
            super().__init__(path, handler)
        finally:
            os.umask(before)


class Connection(socketserver.StreamRequestHandler):
    """One client, from its first word until its socket closes."""

    server: _Server
    request: socket.socket

    def setup(self) -> None:
        """Before the first request."""
        super().setup()
        self.client = Client("a client", 0)
        self._runs: set[str] = set()
        self._is_cancelled = threading.Event()
        self._worker: threading.Thread | None = None
        self.server.supervisor.enter(self)

    def handle(self) -> None:
        """Serve request after request."""
        with suppress(OSError):
            for text in self.rfile:
                if self._worker:
                    self._worker.join()
                self._worker = threading.Thread(target=self._serve, args=(wire.message(text),), daemon=True)
                self._worker.start()

    def finish(self) -> None:
        """The client is gone, or says no more and wants to hear only what becomes of us."""
        was_waiting = bool(self._worker and self._worker.is_alive())
        self.cancel()
        ends = self.server.supervisor.leave(self, was_waiting=was_waiting)
        self._say({"result": {"ends": ends}})
        with suppress(OSError):
            super().finish()

    def cancel(self) -> None:
        """End what is being started for this client, and return when that has come to its end."""
        self._is_cancelled.set()
        while self._worker and self._worker.is_alive() and self._worker is not threading.current_thread():
            for run in tuple(self._runs):
                self.server.supervisor.end(run)
            self._worker.join(WATCHING)

    def emit(self, event: Event) -> None:
        """Tell the client what happens; nothing more is started for one that is gone."""
        if isinstance(event, RunOpened):
            self._runs.add(event.run)
        if self._is_cancelled.is_set():
            raise ConnectionError("the client is gone")
        self._say({"event": wire.from_event(event)})

    def _serve(self, said: Message) -> None:
        try:
            self._say({"result": self.server.supervisor.answer(self, said)})
        except StatusquoError as error:
            self._say(wire.from_error(error))
        except Exception as error:  # whatever happens here, the client must hear of it
            traceback.print_exc()
            told = StatusquoError(
                f"The supervisor could not do {said.get('do')!r}.",
                why=f"{type(error).__name__}: {error}.",
                next="Its log has more: supervisor.log in the state folder.",
            )
            self._say(wire.from_error(told))
        finally:
            self._runs.clear()

    def _say(self, message: Message) -> None:
        with suppress(OSError):
            self.wfile.write(wire.line(message))


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
