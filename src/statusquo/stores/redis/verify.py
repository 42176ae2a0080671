"""A witness of a Redis: reads every key over connections of its own, past the store and what the server announced.

The wiring opens one for ``--verify``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

from statusquo.core import fingerprint
from statusquo.core.endpoint import Address
from statusquo.stores.redis import mark, values
from statusquo.stores.redis.session import Session
from statusquo.stores.redis.values import Slot, Value


class RedisWitness:
    """What the first *databases* of the server at *address* hold, keys that a pattern of *keep* names left out."""

    def __init__(self, name: str, address: Address, *, keep: Sequence[str], databases: int) -> None:
        """Connect. Raises StoreError."""
        self.name = name
        self._session = Session(address)
        self._keep = tuple(pattern.encode() for pattern in keep)
        self._databases = databases

    def digest(self) -> Mapping[str, str]:
        """For every key: its type, its content and whether it expires. When it does moves with every rewind.

        For every library of functions: its code.
        """
        used = {db for db in self._session.pulse().databases if db < self._databases}
        slots = [slot for slot in self._session.scan(used) if self._is_compared(slot)]
        found = self._session.look(slots).found
        keys = {f"{slot.group} {slot.item}": self._text(slot, value) for slot, value in found.items()}
        libraries = self._session.libraries()
        return keys | {
            f"{slot.group} {slot.item}": f"sha256 {fingerprint.of_value(library.dump.decode('utf-8', 'replace'))}"
            for slot, library in libraries.items()
        }

    def close(self) -> None:
        """Hang up."""
        self._session.close()

    def _is_compared(self, slot: Slot) -> bool:
        is_mark = slot == Slot(0, mark.KEY)
        return not is_mark and not any(fnmatchcase(slot.key, pattern) for pattern in self._keep)

    def _text(self, slot: Slot, value: Value) -> str:
        read = values.content_command(value.kind, slot.key)
        _, reply = self._session.wire.ask([("SELECT", slot.db), read])
        content = fingerprint.of_value(repr(values.content(value.kind, reply)))
        life = "for ever" if value.deadline is None else "expires"
        return f"{value.kind.decode()}, {life}, sha256 {content}"
