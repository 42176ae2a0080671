"""The mark of a run in a server: one key in database 0, which no diff shows and every rewind asks for."""

from __future__ import annotations

from statusquo.core.endpoint import Address
from statusquo.stores.redis.wire import Command, Reply, Wire, data

KEY = b"statusquo:mark"


def write(address: Address, nonce: str) -> None:
    """Mark the server as ours. Raises StoreError."""
    wire = Wire(address)
    try:
        wire.ask([("SELECT", 0), ("SET", KEY, nonce)])
    finally:
        wire.close()


def read_commands() -> tuple[Command, ...]:
    """Reads the mark and makes the next transaction fail if it changes before; the last reply is the mark."""
    return (("SELECT", 0), ("UNWATCH",), ("WATCH", KEY), ("GET", KEY))


def nonce(reply: Reply) -> str | None:
    """The nonce in the mark, or ``None`` if there is no mark."""
    return None if reply is None else data(reply).decode()
