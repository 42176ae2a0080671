"""Databases in memory of our own, from pages and as pages. ``memory`` opens them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from statusquo.stores.sqlite.connection import make_blank


@contextmanager
def opened(content: bytes) -> Iterator[sqlite3.Connection]:
    """A database of our own with the given pages."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.deserialize(content)
        yield connection


class Source:
    """A database that has the pages which are written back after each test: to make it anew costs as much as to write.

    It is filled like any other; one that was made of bytes gives its pages more slowly.
    """

    def __init__(self) -> None:
        self._content: bytes | None = None
        self._made: sqlite3.Connection | None = None

    def of(self, content: bytes) -> sqlite3.Connection:
        """The database with these pages."""
        if self._made is None or self._content is not content:
            self.close()
            self._made, self._content = (
                sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False),
                content,
            )
            with opened(content) as filled:
                filled.backup(self._made)
        return self._made

    def close(self) -> None:
        """Let go of it; the next question makes another."""
        if self._made:
            self._made.close()
        self._made = self._content = None


@contextmanager
def side_by_side(base: bytes, main: bytes) -> Iterator[sqlite3.Connection]:
    """A connection of our own with two databases: the application's has its own idea of rows and types."""
    with opened(main) as connection:
        connection.execute("ATTACH ':memory:' AS base")
        connection.deserialize(base, name="base")
        yield connection


def blank_like(connection: sqlite3.Connection) -> bytes:
    """The pages of a database that was written to and emptied again: to SQLite it is the same as one without any."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        make_blank(made, connection)
        return made.serialize()
