"""A connection to a server together with what is known through it. The store opens one, and another when it is lost."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice

from statusquo.core.endpoint import Address
from statusquo.stores.redis import mark
from statusquo.stores.redis.tracker import Heard, Tracker
from statusquo.stores.redis.values import Slot, Value
from statusquo.stores.redis.wire import Command, Reply, Wire, data, many, number

BATCH = 1000
"""Keys looked at in one round trip."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """What one round trip tells: enough to know that nothing happened."""

    heard: Heard
    swapped: bool
    """Databases changed places (SWAPDB), which is not announced."""
    databases: frozenset[int]
    """Those that hold a key."""
    now: int
    """The server's clock, in milliseconds since 1970."""


@dataclass(frozen=True, slots=True)
class Look:
    """What some slots hold, and the mark read before them on the same connection."""

    found: dict[Slot, Value]
    mark: str | None
    now: int


class Session:
    """Two connections, one that asks and one that listens, from the moment they were opened."""

    def __init__(self, address: Address) -> None:
        """Connect, and listen from now on. Raises StoreError."""
        self.wire = Wire(address)
        try:
            server, stats, *_, found = self.wire.ask(
                [("INFO", "server"), ("INFO", "commandstats"), *mark.read_commands()]
            )
            self._tracker = Tracker(self.wire, address)
        except BaseException:
            self.wire.close()
            raise
        self._mark_at_open = mark.nonce(found)
        self._was_emptied = False
        self._swaps = _calls(data(stats), b"swapdb")
        major = re.search(rb"redis_version:(\d+)", data(server))
        self._knows_deadlines = major is not None and int(major[1]) >= 7  # noqa: PLR2004  # PEXPIRETIME came with 7.0
        self.slack = 0 if self._knows_deadlines else 50
        """Milliseconds by which two deadlines may differ and be the same."""

    def pulse(self) -> Pulse:
        """What happened since the last time, in one round trip. Raises StoreError, Lost."""
        self._tracker.ask()
        keyspace, stats, time = self.wire.ask([("INFO", "keyspace"), ("INFO", "commandstats"), ("TIME",)])
        heard = self._tracker.hear()
        swaps, self._swaps = self._swaps, _calls(data(stats), b"swapdb")
        self._was_emptied |= heard.flushed or swaps != self._swaps
        databases = frozenset(int(number) for number in re.findall(rb"^db(\d+):", data(keyspace), re.MULTILINE))
        return Pulse(heard, swaps != self._swaps, databases, _milliseconds(time))

    def known_mark(self, found: str | None) -> str | None:
        """The mark *found*; if there is none, the one seen on this very connection before a flush or swap took it."""
        return self._mark_at_open if found is None and self._was_emptied else found

    def scan(self, databases: Iterable[int]) -> Iterator[Slot]:
        """Every key of *databases*. Raises StoreError, Lost."""
        for db in databases:
            cursor: Reply = b"0"
            while True:
                _, page = self.wire.ask([("SELECT", db), ("SCAN", data(cursor), "COUNT", BATCH)])
                cursor, keys = many(page)
                yield from (Slot(db, data(key)) for key in many(keys))
                if cursor == b"0":
                    break

    def look(self, slots: Collection[Slot]) -> Look:
        """What *slots* hold; those that hold nothing are left out. Raises StoreError, Lost."""
        ordered = iter(sorted(slots))
        look = self._look(list(islice(ordered, BATCH)))
        while batch := list(islice(ordered, BATCH)):
            found, look = look.found, self._look(batch)
            look.found.update(found)
        return look

    def close(self) -> None:
        """Hang up both."""
        self.wire.close()
        self._tracker.close()

    def _look(self, slots: list[Slot]) -> Look:
        expiry = "PEXPIRETIME" if self._knows_deadlines else "PTTL"
        commands: list[Command] = [*mark.read_commands(), ("TIME",)]
        for db, group in groupby(slots, key=lambda slot: slot.db):
            commands.append(("SELECT", db))
            for slot in group:
                commands += [("TYPE", slot.key), (expiry, slot.key), ("DUMP", slot.key)]
        *_, nonce, time = (replies := self.wire.ask(commands))[:5]
        now = _milliseconds(time)
        rest = iter(reply for command, reply in zip(commands[5:], replies[5:], strict=True) if command[0] != "SELECT")
        found: dict[Slot, Value] = {}
        for slot, kind, expires, dump in zip(slots, rest, rest, rest, strict=True):
            if dump is not None:
                deadline = self._deadline(number(expires), now)
                life = None if deadline is None else max(deadline - now, 1)
                found[slot] = Value(data(kind), data(dump), life, deadline)
        return Look(found, mark.nonce(nonce), now)

    def _deadline(self, expires: int, now: int) -> int | None:
        if expires < 0:
            return None
        return expires if self._knows_deadlines else now + expires


def _calls(commandstats: bytes, command: bytes) -> int:
    match = re.search(rb"^cmdstat_" + command + rb":calls=(\d+)", commandstats, re.MULTILINE)
    return int(match[1]) if match else 0


def _milliseconds(time: Reply) -> int:
    seconds, microseconds = many(time)
    return number(seconds) * 1000 + number(microseconds) // 1000
