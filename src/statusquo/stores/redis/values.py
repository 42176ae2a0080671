"""Values of keys as a baseline holds them: what to ask for, whether two are the same, what has to be done. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from statusquo.core.diff import Image
from statusquo.stores.redis.wire import Command, Reply

SHOWN = 300
"""Characters of a value that an image shows."""

CONTENT: Mapping[bytes, Callable[[bytes], Command]] = {
    b"string": lambda key: ("GET", key),
    b"list": lambda key: ("LRANGE", key, 0, -1),
    b"hash": lambda key: ("HGETALL", key),
    b"set": lambda key: ("SMEMBERS", key),
    b"zset": lambda key: ("ZRANGE", key, 0, -1, "WITHSCORES"),
    b"stream": lambda key: ("XINFO", "STREAM", key, "FULL", "COUNT", 0),
}
"""How to read all of a value, by its type; modules bring types of their own, which are compared as DUMP has them."""


FUNCTIONS = -1
"""In place of a database's number: the libraries of functions, which belong to none."""
LIBRARY = b"library"
"""The type of a library of functions; its code takes the place of a DUMP."""
WAITED_FOR = (b"list", b"zset", b"stream")
"""Types of keys that clients wait for in a blocking command: who does takes from them the moment they are there."""


class Slot(NamedTuple):
    """Where a value lives."""

    db: int
    key: bytes

    @property
    def group(self) -> str:
        """The key space, as a diff names it."""
        return "functions" if self.db == FUNCTIONS else f"db{self.db}"

    @property
    def item(self) -> str:
        """The key, as a diff names it."""
        return _text(self.key)


class Field(NamedTuple):
    """A field of a hash some of whose fields expire."""

    name: bytes
    value: bytes
    life: int | None
    deadline: int | None

    def restarted(self, now: int) -> Field:
        """The field with its whole life from *now* on."""
        return self if self.life is None else self._replace(deadline=now + self.life)


@dataclass(slots=True)
class Value:
    """A key's value as DUMP gives it, and how long it had to live when it was captured.

    ``deadline`` is when it really expires: it moves with each restore, in every baseline that shares the value.
    Both are milliseconds, the deadline since 1970 by the server's clock; ``None``: for ever.
    """

    kind: bytes
    dump: bytes
    life: int | None = None
    deadline: int | None = None
    fields: tuple[Field, ...] | None = None
    """Of a hash some of whose fields expire, in order: its DUMP has deadlines that pass, and says nothing then."""

    def is_like(self, other: Value, slack: int) -> bool:
        """True when both are the same and expire at the same time, give or take *slack*."""
        same = self.dump == other.dump if self.fields is None else self.fields_like(other)
        return same and self.expires_like(other, slack)

    def fields_like(self, other: Value) -> bool:
        """True when both have the same fields that expire at the same times."""
        return [field[:2] + field[3:] for field in self.fields or ()] == [
            field[:2] + field[3:] for field in other.fields or ()
        ]

    def expires_like(self, other: Value, slack: int) -> bool:
        """True when both expire at the same time, give or take *slack*."""
        if self.deadline is None or other.deadline is None:
            return self.deadline is other.deadline
        return abs(self.deadline - other.deadline) <= slack

    def deadline_from(self, now: int) -> int | None:
        """When it has to expire, to have its whole life from *now* on."""
        return None if self.life is None else now + self.life

    def restart(self, now: int) -> None:
        """It was given its whole life again."""
        self.deadline = self.deadline_from(now)
        self.fields = self.fields and tuple(field.restarted(now) for field in self.fields)

    @property
    def expires(self) -> bool:
        """True if it does, or a field of it."""
        return self.life is not None or self.fields is not None

    @property
    def due(self) -> int | None:
        """When half of its life is over: nobody wrote the key, but soon it would vanish under somebody's test."""
        lives = [(self.life, self.deadline), *((field.life, field.deadline) for field in self.fields or ())]
        return min((end - life // 2 for life, end in lives if life is not None and end is not None), default=None)

    def is_over(self, now: int) -> bool:
        """True if it has expired by *now*, or a field of it."""
        ends = (self.deadline, *(field.deadline for field in self.fields or ()))
        return any(end is not None and end <= now for end in ends)


def content_command(kind: bytes, key: bytes) -> Command:
    """Reads all of a value; of a type that we cannot read, its DUMP."""
    return CONTENT[kind](key) if kind in CONTENT else ("DUMP", key)


def content(kind: bytes, reply: Reply) -> Reply:
    """The value in an order that does not depend on how the server came to hold it."""
    if not isinstance(reply, list):
        return reply
    match kind:
        case b"set":
            return sorted(reply, key=repr)
        case b"hash":
            return [word for pair in sorted(zip(reply[::2], reply[1::2], strict=True), key=repr) for word in pair]
        case b"stream":
            inner = (b"radix-tree-keys", b"radix-tree-nodes")  # how it is stored
            pairs = zip(reply[::2], reply[1::2], strict=True)
            return [word for name, value in pairs if name not in inner for word in (name, value)]
    return reply


def has_field_expiry(kind: bytes, dump: bytes) -> bool:
    """True for a hash whose fields may expire one by one, which HGETALL does not show.

    The first byte of a DUMP is the type in RDB files: 22 to 25 are these hashes, in Redis 7.4 and in Valkey 9.
    """
    return kind == b"hash" and dump[0] >= 22  # noqa: PLR2004


def image(value: Value, held: Reply, deadline: int | None) -> Image:
    """The value for people to read, expiring at *deadline*."""
    shown = {"type": _text(value.kind), "value": _shortened(_rendered(value.kind, held))}
    if deadline is not None:
        shown["expires"] = datetime.fromtimestamp(deadline / 1000, UTC).isoformat(timespec="milliseconds")
    return shown


def with_dump(shown: Image, value: Value) -> Image:
    """The image with a digest of the DUMP, for two values that look the same and are not."""
    return {**shown, "dump": f"sha256 {_sha(value.dump)}"}


def _rendered(kind: bytes, held: Reply) -> str:
    if isinstance(held, bytes):
        return _text(held) if kind in CONTENT or kind == LIBRARY else f"({len(held):,} bytes, sha256 {_sha(held)})"
    if kind in (b"hash", b"zset", b"stream") and isinstance(held, list):
        pairs = zip(held[::2], held[1::2], strict=True)
        return ", ".join(f"{_nested(name)}: {_nested(value)}" for name, value in pairs)
    if isinstance(held, list):
        return ", ".join(map(_nested, held))
    return _nested(held)


def _nested(reply: Reply) -> str:
    if isinstance(reply, list):
        return f"[{', '.join(map(_nested, reply))}]"
    return json.dumps(_text(reply), ensure_ascii=False) if isinstance(reply, bytes) else str(reply)


def _shortened(text: str) -> str:
    if len(text) <= SHOWN:
        return text
    return f"{text[:SHOWN]}... ({len(text):,} characters, sha256 {_sha(text.encode())})"


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "backslashreplace")


def _sha(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()[:12]
