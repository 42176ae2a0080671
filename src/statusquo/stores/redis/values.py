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


class Slot(NamedTuple):
    """Where a value lives."""

    db: int
    key: bytes

    @property
    def group(self) -> str:
        """The key space, as a diff names it."""
        return f"db{self.db}"

    @property
    def item(self) -> str:
        """The key, as a diff names it."""
        return _text(self.key)


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

    def expires_like(self, other: Value, slack: int) -> bool:
        """True when both expire at the same time, give or take *slack*."""
        if self.deadline is None or other.deadline is None:
            return self.deadline is other.deadline
        return abs(self.deadline - other.deadline) <= slack

    def deadline_from(self, now: int) -> int | None:
        """When it has to expire, to have its whole life from *now* on."""
        return None if self.life is None else now + self.life

    @property
    def due(self) -> int | None:
        """When half of its life is over: nobody wrote the key, but soon it would vanish under somebody's test."""
        return None if self.life is None or self.deadline is None else self.deadline - self.life // 2


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


def has_field_expiry(value: Value) -> bool:
    """True for a hash whose fields may expire one by one, which HGETALL does not show.

    The first byte of a DUMP is the type in RDB files: 22 to 25 are these hashes, in Redis 7.4 and in Valkey 9.
    """
    return value.kind == b"hash" and value.dump[0] >= 22  # noqa: PLR2004


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
        return _text(held) if kind in CONTENT else f"({len(held):,} bytes, sha256 {_sha(held)})"
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
