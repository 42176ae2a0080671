"""A database in memory as a store: no other process can reach it, so the test process hands over a connection to it.

Every look reads and compares all pages. SQLite has no number that moves with each change that a connection makes
itself: ``total_changes`` does not tell of INSERT OR IGNORE, which may move a counter of AUTOINCREMENT, nor of ANALYZE.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

from statusquo.core.baseline import Baseline, Rewound, Touched
from statusquo.core.diff import Diff
from statusquo.core.errors import Busy, NotExact, StoreError
from statusquo.core.layers import Layers
from statusquo.stores.sqlite import changes, pages, patience, statements
from statusquo.stores.sqlite.connection import make_blank, number, reading, transaction

FILE = "database.pages"

Result = TypeVar("Result")


def open_store(name: str, connection: sqlite3.Connection, *, settle: float = 2.0) -> MemoryDatabaseStore:
    """A store over the ``main`` database of *connection*, which stays the caller's and is used in the caller's thread.

    It is ``:memory:``, or ``file:NAME?mode=memory&cache=shared`` with other connections to it. Transactions and
    cursors that are open are waited for *settle* seconds. Raises StoreError if it is a file.
    """
    store = MemoryDatabaseStore(name, connection, settle=settle)
    if file := store.file:
        raise StoreError(
            f'Store "{name}": the connection leads to {file}.', next="Open a store over the file, by its path."
        )
    return store


class MemoryDatabaseStore:
    """Use ``open_store``. There is no mark: who has the connection has the database."""

    def __init__(self, name: str, connection: sqlite3.Connection, *, settle: float) -> None:
        self.name = name
        self._connection = connection
        self._settle = settle
        self._layers: Layers[bytes] = Layers(name)

    @property
    def file(self) -> str:
        """The file of the database; empty where there is none."""
        return next(file for schema, file in self._databases() if schema == "main")

    def capture(self) -> Baseline:
        """Make the current state a baseline, inside those that exist. Raises Busy, StoreError."""
        found = self._patiently("captured", self._pages)
        last = self._layers.kept[-1] if self._layers.kept else None
        return self._layers.push(last if last == found else found)

    def rewind(self, to: Baseline) -> Rewound:
        """Put back what changed since *to* and drop the baselines captured after it.

        Raises StaleBaseline, Busy, NotExact, StoreError.
        """
        started = time.perf_counter()
        wanted = self._layers.find(to)
        changed = self._patiently("put back", lambda: _count_differing(wanted, self._pages()))
        if changed:
            self._patiently("put back", lambda: self._restore(wanted))
            if self._patiently("put back", lambda: _count_differing(wanted, self._pages())):
                raise self._not_exact()
        self._layers.drop_above(to)
        touched = (Touched("pages", changed),) if changed else ()
        return Rewound(self.name, time.perf_counter() - started, touched, self._notes())

    def diff(self, since: Baseline) -> Diff:
        """What changed since *since*, as rows; only reads. Raises StaleBaseline, Busy, StoreError."""
        wanted = self._layers.find(since)
        found = self._patiently("compared", self._pages)
        if not _count_differing(wanted, found):
            return Diff(self.name)
        with _side_by_side(wanted, found) as both:
            return changes.read(both, self.name)

    def close(self) -> None:
        """Forget the baselines; the connection stays open and the database as it is."""
        self._layers.clear()

    def save(self, baseline: Baseline, folder: Path) -> None:
        """Write the pages of *baseline* to *folder*. Raises StaleBaseline."""
        (folder / FILE).write_bytes(self._layers.find(baseline))

    def resume(self, folder: Path) -> Baseline:
        """Take a saved baseline up again as the outermost one; *folder* is not needed afterwards."""
        self._layers.clear()
        return self._layers.push((folder / FILE).read_bytes())

    def _pages(self) -> bytes:
        """All pages, with no write transaction open: of other connections SQLite would give what may be rolled back."""
        if self._connection.in_transaction:
            raise patience.Held
        with transaction(self._connection, "BEGIN IMMEDIATE"):
            if number(self._connection, "page_count"):
                return self._connection.serialize()
        return _blank_like(self._connection)

    def _restore(self, wanted: bytes) -> None:
        with _opened(wanted) as source:
            source.backup(self._connection, progress=patience.give_up)

    def _patiently(self, what: str, act: Callable[[], Result]) -> Result:
        try:
            return patience.until_free(act, self._settle)
        except sqlite3.Error as error:
            if patience.is_held(error):
                raise self._busy(what) from error
            raise StoreError(
                f'Store "{self.name}": the database in memory cannot be {what}.',
                why=f"SQLite says: {str(error).rstrip('.')}.",
            ) from error

    def _notes(self) -> tuple[str, ...]:
        others = [f"{schema} ({file or 'in memory'})" for schema, file in self._databases() if schema != "main"]
        return (f"Attached, and not part of this store: {', '.join(others)}.",) if others else ()

    def _databases(self) -> list[tuple[str, str]]:
        with reading(self._connection) as cursor:
            return cursor.execute(statements.read("read_databases")).fetchall()

    def _busy(self, what: str) -> Busy:
        return Busy(
            f'Store "{self.name}": the database in memory cannot be {what}, a transaction or a cursor is open.',
            why=f"It did not end within {self._settle:g} s, on the connection that was handed over or another one.",
            next="Commit or roll back, and read cursors to their end or close them.",
        )

    def _not_exact(self) -> NotExact:
        return NotExact(
            f'Store "{self.name}": the database in memory differs from the baseline after its pages were put back.',
            why="Another thread or connection wrote at the same moment.",
            next="Let a test wait until its threads are done.",
        )


def _count_differing(wanted: bytes, found: bytes) -> int:
    return 0 if wanted == found else pages.count_differing(wanted, found)


@contextmanager
def _opened(content: bytes) -> Iterator[sqlite3.Connection]:
    """A database of our own with the given pages."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.deserialize(content)
        yield connection


@contextmanager
def _side_by_side(base: bytes, main: bytes) -> Iterator[sqlite3.Connection]:
    """A connection of our own with two databases: the application's has its own idea of rows and types."""
    with _opened(main) as connection:
        connection.execute("ATTACH ':memory:' AS base")
        connection.deserialize(base, name="base")
        yield connection


def _blank_like(connection: sqlite3.Connection) -> bytes:
    """The pages of a database that was written to and emptied again: to SQLite it is the same as one without any."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        make_blank(made, connection)
        return made.serialize()
