"""A connection to a server together with what is known through it. The store opens one, and another when it is lost."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from statusquo.core.endpoint import Address
from statusquo.stores.redis import look, mark
from statusquo.stores.redis.tracker import Heard, Tracker
from statusquo.stores.redis.values import Slot, Value
from statusquo.stores.redis.wire import Reply, Wire, data, many, number

BATCH = 1000
"""Keys looked at in one round trip."""
_COUNTED = re.compile(
    rb"^cmdstat_(swapdb|info|config\|resetstat|function\|(?:load|delete|flush|restore)|x[a-z]+(?:\|[a-z]+)?):calls=(\d+)",
    re.MULTILINE,
)
_HARMLESS = frozenset({b"xadd", b"xdel", b"xtrim", b"xlen", b"xpending", b"xrange", b"xread", b"xrevrange"})
"""Commands of streams that are announced, or change nothing. Of XINFO we are the ones who ask."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How often commands were called that change something and are not announced."""

    swaps: int
    functions: int
    groups: int
    """Of streams: who reads, acknowledges or claims in a group, makes or drops one."""
    resets: int
    asked: int
    """How often anybody asked for these numbers: more each time, unless they were set to zero."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """What one round trip tells: enough to know that nothing happened."""

    heard: Heard
    swapped: bool
    """Databases changed places (SWAPDB), which is not announced."""
    functions: bool
    """Functions may have changed, which is not announced either."""
    groups: bool
    """Groups of streams may have changed, which is not announced, though the entries of a stream are."""
    uncounted: bool
    """The server's counts were set to zero meanwhile: what they tell is not all."""
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
        self._counts = counts(data(stats))
        major = re.search(rb"redis_version:(\d+)", data(server))
        self._is_seven = major is not None and int(major[1]) >= 7  # noqa: PLR2004  # PEXPIRETIME, FUNCTION
        self.slack = 0 if self._is_seven else 50
        """Milliseconds by which two deadlines may differ and be the same."""

    def pulse(self) -> Pulse:
        """What happened since the last time, in one round trip. Raises StoreError, Lost."""
        self._tracker.ask()
        keyspace, stats, time = self.wire.ask([("INFO", "keyspace"), ("INFO", "commandstats"), ("TIME",)])
        heard = self._tracker.hear()
        was, self._counts = self._counts, counts(data(stats))
        swapped = was.swaps != self._counts.swaps
        uncounted = was.resets != self._counts.resets or was.asked >= self._counts.asked
        self._was_emptied |= heard.flushed or swapped or uncounted
        databases = frozenset(int(number) for number in re.findall(rb"^db(\d+):", data(keyspace), re.MULTILINE))
        return Pulse(
            heard,
            swapped,
            functions=was.functions != self._counts.functions,
            groups=was.groups != self._counts.groups,
            uncounted=uncounted,
            databases=databases,
            now=_milliseconds(time),
        )

    def heard(self) -> Heard:
        """What was announced since the last time, in one round trip. Raises Lost."""
        self.wire.trips += 1
        self._tracker.ask()
        heard = self._tracker.hear()
        self._was_emptied |= heard.flushed
        return heard

    def known_mark(self, found: str | None) -> str | None:
        """The mark *found*; if there is none, the one seen on this connection before a flush or swap took it."""
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
        looked = self._look(list(islice(ordered, BATCH)))
        while batch := list(islice(ordered, BATCH)):
            found, looked = looked.found, self._look(batch)
            looked.found.update(found)
        return looked

    def libraries(self) -> dict[Slot, Value]:
        """The libraries of functions; there are none before version 7. Raises StoreError, Lost."""
        if not self._is_seven:
            return {}
        return look.libraries(self.wire.ask([("FUNCTION", "LIST", "WITHCODE")])[0])

    def clients(self) -> str:
        """The clients that wait for a key, or else all that are there, for people to read. Raises StoreError, Lost."""
        lines = data(self.wire.ask([("CLIENT", "LIST", "TYPE", "normal")])[0]).decode("utf-8", "replace").splitlines()
        facts = [dict(word.partition("=")[::2] for word in line.split(" ")) for line in lines]
        others = [each for each in facts if not each.get("cmd", "").startswith("client")]  # that is us
        waiting = [each for each in others if "b" in each.get("flags", "")]
        shown = (f"{each['addr']} ({each.get('name') or 'no name'}, {each['cmd']})" for each in waiting or others)
        return ", ".join(shown)

    def close(self) -> None:
        """Hang up both."""
        self.wire.close()
        self._tracker.close()

    def _look(self, slots: list[Slot]) -> Look:
        asked = look.commands(slots, "PEXPIRETIME" if self._is_seven else "PTTL")
        replies = self.wire.ask([*mark.read_commands(), ("TIME",), *asked])
        nonce, now = mark.nonce(replies[3]), _milliseconds(replies[4])
        found: dict[Slot, Value] = {}
        for slot, (kind, expires, dump) in zip(slots, look.replies_to(asked, replies[5:]), strict=True):
            if dump is not None:
                deadline = self._deadline(number(expires), now)
                life = None if deadline is None else max(deadline - now, 1)
                found[slot] = Value(data(kind), data(dump), life, deadline)
        if hashes := [slot for slot, value in found.items() if look.has_fields(value)]:
            for slot, reply in zip(hashes, self.wire.ask(look.fields_commands(hashes))[1::2], strict=True):
                found[slot].fields = look.fields(reply, now)
        return Look(found, nonce, now)

    def _deadline(self, expires: int, now: int) -> int | None:
        if expires < 0:
            return None
        return expires if self._is_seven else now + expires


def counts(commandstats: bytes) -> Counts:
    """The numbers in an answer to INFO commandstats. Pure."""
    calls = {name: int(number) for name, number in _COUNTED.findall(commandstats)}
    functions = sum(number for name, number in calls.items() if name.startswith(b"function"))
    groups = sum(number for name, number in calls.items() if _is_of_groups(name))
    return Counts(calls.get(b"swapdb", 0), functions, groups, calls.get(b"config|resetstat", 0), calls.get(b"info", 0))


def _is_of_groups(command: bytes) -> bool:
    return command.startswith(b"x") and command not in _HARMLESS and not command.startswith(b"xinfo")


def _milliseconds(time: Reply) -> int:
    seconds, microseconds = many(time)
    return number(seconds) * 1000 + number(microseconds) // 1000
