"""One client of the supervisor, from its first word until its socket closes. ``server`` listens for them.

A request is served by a thread of its own, so that a client who leaves in the middle of it is noticed: what was being
started for it is ended.
"""

from __future__ import annotations

import os
import socket
import socketserver
import threading
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING

import psutil

from statusquo.core.errors import StatusquoError
from statusquo.core.events import Event, RunOpened, RunShared
from statusquo.core.processes import ProcessId
from statusquo.stack import ledger
from statusquo.supervisor import wire
from statusquo.supervisor.slots import Client
from statusquo.supervisor.wire import Message

if TYPE_CHECKING:
    from statusquo.supervisor.server import Supervisor

POLL = 0.05


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """Listens, and has a thread for each client."""

    daemon_threads = True

    def __init__(self, path: str, supervisor: Supervisor) -> None:
        self.supervisor = supervisor
        before = os.umask(0o177)  # nobody else may connect
        try:
            super().__init__(path, Connection)
        finally:
            os.umask(before)


class Connection(socketserver.StreamRequestHandler):
    """One client, from its first word until its socket closes."""

    server: Server
    request: socket.socket

    def setup(self) -> None:
        """Before the first request."""
        super().setup()
        self.client = Client("a client", 0)
        self._process: ProcessId | None = None
        self._runs: set[str] = set()
        self._is_cancelled = threading.Event()
        self._worker: threading.Thread | None = None
        self.server.supervisor.enter(self)

    def introduce(self, what: str, pid: int) -> None:
        """From now on it is known who the client is."""
        self.client = Client(what, pid)
        with suppress(psutil.NoSuchProcess):  # it may be a process of a container that we cannot see
            self._process = ledger.identify(pid)

    def drop_if_dead(self) -> None:
        """Let go of a client that is dead though its socket is open: what it has forked and left has it, too."""
        if self._process and not ledger.is_alive(self._process):
            with suppress(OSError):
                self.request.shutdown(socket.SHUT_RDWR)

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
            self._worker.join(POLL)

    def emit(self, event: Event) -> None:
        """Tell the client what happens; nothing more is started for one that is gone."""
        if isinstance(event, RunOpened):
            self._runs.add(event.run)
        if isinstance(event, RunShared):
            self._runs.discard(event.run)
        if self._is_cancelled.is_set():
            raise ConnectionError("the client is gone")
        self._say({"event": wire.from_event(event)})

    def _serve(self, said: Message) -> None:
        self._say({**self._answer(said), "to": said.get("id")})

    def _answer(self, said: Message) -> Message:
        try:
            return {"result": self.server.supervisor.answer(self, said)}
        except StatusquoError as error:
            return wire.from_error(error)
        except Exception as error:  # whatever happens here, the client must hear of it
            if not self._is_cancelled.is_set():
                traceback.print_exc()
            told = StatusquoError(
                f"The supervisor could not do {said.get('do')!r}.",
                why=f"{type(error).__name__}: {error}.",
                next="Its log has more: supervisor.log in the state folder.",
            )
            return wire.from_error(told)
        finally:
            self._runs.clear()

    def _say(self, message: Message) -> None:
        with suppress(OSError):
            self.wfile.write(wire.line(message))
