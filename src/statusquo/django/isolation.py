"""What a test left behind: all rows of all test databases, read before and after. ``plugin.isolating`` calls it.

The witnesses of the stores give digests without rows, need a role that may switch off triggers, and count sequences,
which a savepoint does not put back either. Here every row is read, over a connection of its own, by Django's back end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from statusquo.core.errors import StatusquoError
from statusquo.django.guard import Guard
from statusquo.django.watch import OURS

SHOWN = 5
"""Rows shown of one table in each direction; the rest are counted."""
_NOT_THE_TESTS = ("django_migrations", "statusquo")

Rows = Counter[str]
"""The rows of a table as text, each with how often it is there."""
Content = Mapping[str, Rows]
"""The rows of a database by table."""


class Leak(StatusquoError):
    """A test left rows behind, after all that puts databases back."""


@dataclass(frozen=True, slots=True)
class Remains:
    """What a table has more and less than before."""

    alias: str
    table: str
    more: Rows
    less: Rows

    def lines(self) -> Iterator[str]:
        """The table, then its rows."""
        yield f'database "{self.alias}", table {self.table}:'
        for sign, rows in (("+", self.more), ("-", self.less)):
            texts = sorted(rows.elements())
            yield from (f"  {sign} {text}" for text in texts[:SHOWN])
            if len(texts) > SHOWN:
                yield f"  {sign} and {len(texts) - SHOWN} more rows"


def compare(alias: str, before: Content, after: Content) -> tuple[Remains, ...]:
    """What differs, by table; a table that only one of them has is compared with an empty one. Pure."""
    found = []
    for table in sorted({*before, *after}):
        old, new = before.get(table, Rows()), after.get(table, Rows())
        if old != new:
            found.append(Remains(alias, table, new - old, old - new))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class State:
    """What decides which rows of an alias are to be seen: committed layers of shared fixtures, and open blocks."""

    alias: str
    layers: tuple[object, ...] = ()
    blocks: tuple[object, ...] = ()

    def is_within(self, other: State) -> bool:
        """True if this state can come back after the *other*: layers and blocks end in the reverse order."""
        return self.alias != other.alias or (self.layers, self.blocks) == (
            other.layers[: len(self.layers)],
            other.blocks[: len(self.blocks)],
        )


class Isolation:
    """Knows what the databases held when they were made, and compares after each test.

    *layers* tells which committed layers of shared fixtures stand: what is in one is not left behind.
    """

    def __init__(self, guard: Guard, layers: Callable[[], tuple[object, ...]]) -> None:
        self._guard = guard
        self._layers = layers
        self._known: dict[State, tuple[Content, Content]] = {}
        """What the databases hold in each state: at first, and since the last leak."""
        self._readers: dict[str, BaseDatabaseWrapper] = {}

    def remember(self) -> None:
        """Take what the databases hold now for what they should hold."""
        self._known.clear()
        for alias in self._guard.places():
            self._compare(alias)

    def check(self, test: str) -> None:
        """After all that puts databases back: raise Leak if the *test* left something, and forgive it to the next."""
        remains = [each for alias in self._guard.places() for each in self._compare(alias)]
        if remains:
            raise Leak(
                f"{test} leaks: rows that it, or a fixture set up for it, has changed are not as they were.",
                why="That was committed past what rolls back or rewinds: in another process, over a connection of "
                "its own, or by a statement that ends the transaction.",
                next="Mark the test django_db(transaction=True), or clean up where it writes.",
                evidence="\n".join(line for each in remains for line in each.lines()),
            )

    def _compare(self, alias: str) -> tuple[Remains, ...]:
        state, content = self._state(alias), self._read(alias)
        self._known = {known: contents for known, contents in self._known.items() if known.is_within(state)}
        first, last = self._known.get(state, (content, content))
        self._known[state] = first, content
        return () if content == first else compare(alias, last, content)

    def close(self) -> None:
        """Let go of the connections."""
        while self._readers:
            _, reader = self._readers.popitem()
            reader.close()
            del connections[reader.alias]

    def _state(self, alias: str) -> State:
        connection = connections[alias]
        return State(alias, self._layers(), tuple(connection.atomic_blocks) if self._is_private(connection) else ())

    def _read(self, alias: str) -> Content:
        with self._reading(alias) as reader, type(reader).cursor(reader) as cursor:  # past what SimpleTestCase forbids
            quote = reader.ops.quote_name
            return {table: _rows(cursor, f"SELECT * FROM {quote(table)}") for table in _tables(reader, cursor)}  # noqa: S608

    @contextmanager
    def _reading(self, alias: str) -> Iterator[BaseDatabaseWrapper]:
        """A connection that sees what is committed; what is in the memory of one connection is read over that."""
        connection = connections[alias]
        if self._is_private(connection):
            yield connection
            return
        if alias not in self._readers:
            reader = self._readers[alias] = connection.copy(f"{OURS}{alias}")
            connections[reader.alias] = reader  # who hears of a new connection looks it up, as django.contrib.postgres
        yield self._readers[alias]

    @staticmethod
    def _is_private(connection: BaseDatabaseWrapper) -> bool:
        return connection.vendor == "sqlite" and bool(connection.is_in_memory_db())


def _tables(connection: BaseDatabaseWrapper, cursor: Any) -> set[str]:
    """Those that a test could write to; ours are found too where a role has the name of our schema."""
    names = {name for name in connection.introspection.table_names(cursor) if not name.startswith(_NOT_THE_TESTS)}
    if connection.vendor == "postgresql":
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'statusquo'")
        names.difference_update(name for (name,) in cursor.fetchall())
    return names


def _rows(cursor: Any, query: str) -> Rows:
    cursor.execute(query)
    names = [column[0] for column in cursor.description]
    rows = cursor.fetchall()
    return Rows(", ".join(f"{name}={_text(value)}" for name, value in zip(names, row, strict=True)) for row in rows)


def _text(value: object) -> str:
    return repr(bytes(value) if isinstance(value, memoryview) else value)
