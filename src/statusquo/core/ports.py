"""Leases of TCP ports on the loopback interface. The native runtime takes them."""

from __future__ import annotations

import socket

LOOPBACK = "127.0.0.1"


def lease() -> int:
    """A free port that the system will not give to anybody else for about a minute.

    The port is connected to once and left in TIME_WAIT: the kernel keeps it out of its own choice,
    while a server that sets SO_REUSEADDR, as servers do, may bind it (the trick of ephemeral-port-reserve).
    """
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, 0))
        listener.listen(1)
        with socket.create_connection(listener.getsockname()) as _, listener.accept()[0]:
            return int(listener.getsockname()[1])


def is_taken(port: int) -> bool:
    """True when something accepts connections on *port*."""
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex((LOOPBACK, port)) == 0
