"""A port on the loopback interface that leads elsewhere: what ``ssh -L`` and ``kubectl port-forward`` make."""

from __future__ import annotations

import contextlib
import dataclasses
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from statusquo.core.endpoint import Address
from statusquo.core.ports import LOOPBACK


class Tunnel:
    """Takes connections; the n-th (from 1) of them goes to the port that ``lead`` names for n."""

    def __init__(self, listener: socket.socket, lead: Callable[[int], int]) -> None:
        self.lead = lead
        self.taken = 0
        self._listener = listener
        self._port: int = listener.getsockname()[1]
        self._ends: list[socket.socket] = []

    def through(self, address: Address) -> Address:
        """The address as one reaches it through here."""
        return dataclasses.replace(address, host=LOOPBACK, port=self._port)

    def serve(self) -> None:
        """Forward until the listener is closed."""
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                self.taken += 1
                far = socket.create_connection((LOOPBACK, self.lead(self.taken)))
                self._ends += [near, far]
                for source, target in ((near, far), (far, near)):
                    threading.Thread(target=_pump, args=(source, target), daemon=True).start()

    def cut(self) -> None:
        """End the connections that there are."""
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._ends.clear()


@contextmanager
def dug(to: Address) -> Iterator[Tunnel]:
    """A tunnel to a server, until it is led elsewhere."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        tunnel = Tunnel(listener, lambda _: to.port)
        thread = threading.Thread(target=tunnel.serve)
        thread.start()
        try:
            yield tunnel
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
            tunnel.cut()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
