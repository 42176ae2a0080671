"""A Redis that somebody else runs: what it holds, and how it is left as it was found. ``statusquo adopt`` asks."""

from __future__ import annotations

import re
from contextlib import closing

from statusquo.core import guard
from statusquo.core.endpoint import Address
from statusquo.core.errors import Busy
from statusquo.core.holding import Holding, count
from statusquo.stores.redis import mark
from statusquo.stores.redis.wire import Wire, data

_KEYS = re.compile(r"^(db\d+):keys=(\d+)", re.MULTILINE)


def look(address: Address) -> Holding:
    """What all databases of the server hold; only reads. Raises StoreError."""
    with closing(Wire(address)) as wire:
        memory, keyspace, clients, *_, found = wire.ask(
            [("INFO", "memory"), ("INFO", "keyspace"), ("INFO", "clients"), *mark.read_commands()]
        )
    keys = [f"{count(int(many), 'key')} in {db}" for db, many in _KEYS.findall(data(keyspace).decode())]
    return Holding(
        _number("used_memory", data(memory)),
        ", ".join(keys) or "no keys",
        _number("connected_clients", data(clients)) - 1,
        mark.nonce(found),
    )


def release(store: str, address: Address, *, nonce: str) -> None:
    """Take the mark away from the server that carries it; keys stay as they are.

    Nothing happens where there is no mark. Raises GuardError, Busy, StoreError.
    """
    where = f"{address.host}:{address.port}"
    with closing(Wire(address)) as wire:
        *_, reply = wire.ask(mark.read_commands())
        found = mark.nonce(reply)
        if found is None:
            return
        guard.check(store=store, where=where, found=found, expected=nonce)
        if wire.ask([("MULTI",), ("DEL", mark.KEY), ("EXEC",)])[-1] is None:
            raise Busy(f'Store "{store}" at {where}: its mark was changed meanwhile.', next="Try again.")


def _number(name: str, info: bytes) -> int:
    found = re.search(rb"^%s:(\d+)" % name.encode(), info, re.MULTILINE)
    return int(found[1]) if found else 0
