"""Hears which keys other clients touch, in all databases and without configuration. A session opens one.

The server announces each key that is written, deleted or expires to the connection that a tracking one redirects
to (https://redis.io/docs/latest/develop/reference/client-side-caching/, broadcasting mode). What was announced is
read only when somebody asks: the answer to a PING on the listening connection comes after all announcements of
writes that their own clients have had an answer to.
"""

from __future__ import annotations

from dataclasses import dataclass

from statusquo.core.endpoint import Address
from statusquo.stores.redis.wire import Wire, data, many, number

CHANNEL = "__redis__:invalidate"


@dataclass(frozen=True, slots=True)
class Heard:
    """What was touched since the last time. An announcement does not tell the database."""

    keys: frozenset[bytes]
    flushed: bool
    """A database was flushed: any key may be gone, and is not named."""


class Tracker:
    """The listening connection; what *wire* itself writes is not announced."""

    def __init__(self, wire: Wire, address: Address) -> None:
        """Listen from now on. Raises StoreError, Lost."""
        self._ear = Wire(address)
        try:
            listener, _ = self._ear.ask([("CLIENT", "ID"), ("SUBSCRIBE", CHANNEL)])
            wire.ask([("CLIENT", "TRACKING", "ON", "REDIRECT", number(listener), "BCAST", "NOLOOP")])
        except BaseException:
            self._ear.close()
            raise

    def ask(self) -> None:
        """Ask for what there is to hear, and do not wait. Raises Lost."""
        self._ear.send([("PING",)])

    def hear(self) -> Heard:
        """What was announced before the last ``ask``. Raises Lost."""
        keys: set[bytes] = set()
        flushed = False
        while True:
            kind, *rest = many(self._ear.read())
            if kind == b"pong":
                return Heard(frozenset(keys), flushed)
            if rest[-1] is None:
                flushed = True
            else:
                keys.update(data(key) for key in many(rest[-1]))

    def close(self) -> None:
        """Stop listening."""
        self._ear.close()
