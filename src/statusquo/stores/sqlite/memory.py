"""A database in memory as a store: no other process can reach it, so the test process hands over a connection to it.

SQLite has no number that moves with each change that a connection makes itself: ``total_changes`` does not tell of
INSERT OR IGNORE, which may move a counter of AUTOINCREMENT, nor of ANALYZE. Another connection is told of all commits
by ``PRAGMA data_version``, so where the database is shared, as Django's are, we have one of our own beside it. Without
one, every look reads and compares all pages.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from statusquo.core.baseline import Baseline, Rewound, Touched
from statusquo.core.diff import Diff
from statusquo.core.errors import Busy, NotExact, StoreError
from statusquo.core.layers import Layers
from statusquo.stores.sqlite import changes, images, pages, patience, statements
from statusquo.stores.sqlite.connection import number, reading, transaction

FILE = "database.pages"

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Seen:
    """What the database held when all of it was known, and SQLite's word by which that is so still, if it gives any."""

    pages: bytes
    version: int | None


def open_store(
    name: str, connection: sqlite3.Connection, *, settle: float = 2.0, shared: str = ""
) -> MemoryDatabaseStore:
    """A store over the ``main`` database of *connection*, which stays the caller's and is used in the caller's thread.

    It is ``:memory:``, or ``file:NAME?mode=memory&cache=shared`` with other connections to it: given as *shared*, we
    have one, too. Transactions and cursors that are open are waited for *settle* seconds. Raises StoreError if it is a
    file.
    """
    store = MemoryDatabaseStore(name, connection, settle=settle, beside=_beside(connection, shared) if shared else None)
    if file := store.file:
        store.close()
        raise StoreError(
            f'Store "{name}": the connection leads to {file}.', next="Open a store over the file, by its path."
        )
    return store


class MemoryDatabaseStore:
    """Use ``open_store``. There is no mark: who has the connection has the database."""

    def __init__(
        self, name: str, connection: sqlite3.Connection, *, settle: float, beside: sqlite3.Connection | None = None
    ) -> None:
        self.name = name
        self._connection = connection
        self._beside = beside
        self._settle = settle
        self._layers: Layers[bytes] = Layers(name)
        self._seen: Seen | None = None
        self._source = images.Source()

    @property
    def file(self) -> str:
        """The file of the database; empty where there is none."""
        return next(file for schema, file in self._databases() if schema == "main")

    def capture(self) -> Baseline:
        """Make the current state a baseline, inside those that exist. Raises Busy, StoreError."""
        seen = self._seen
        if seen is None or seen.version != self._patiently("captured", self._version):
            seen = self._patiently("captured", self._look)
        last = self._layers.kept[-1] if self._layers.kept else None
        pages = last if last == seen.pages else seen.pages
        self._remember(pages, seen.version)
        return self._layers.push(pages)

    def rewind(self, to: Baseline) -> Rewound:
        """Put back what changed since *to* and drop the baselines captured after it.

        One look at a number if nothing was committed and we have a connection beside. Raises StaleBaseline, Busy,
        NotExact, StoreError.
        """
        started = time.perf_counter()
        written = self._put_back(self._layers.find(to))
        self._layers.drop_above(to)
        touched = (Touched("pages", written),) if written else ()
        return Rewound(self.name, time.perf_counter() - started, touched, self._notes())

    def diff(self, since: Baseline) -> Diff:
        """What changed since *since*, as rows; only reads. Raises StaleBaseline, Busy, StoreError."""
        wanted = self._layers.find(since)
        found = self._patiently("compared", self._look).pages
        if not _count_differing(wanted, found):
            return Diff(self.name)
        with images.side_by_side(wanted, found) as both:
            return changes.read(both, self.name)

    def close(self) -> None:
        """Forget the baselines; the connection stays open and the database as it is."""
        self._layers.clear()
        self._seen = None
        self._source.close()
        if self._beside:
            self._beside.close()

    def save(self, baseline: Baseline, folder: Path) -> None:
        """Write the pages of *baseline* to *folder*. Raises StaleBaseline."""
        (folder / FILE).write_bytes(self._layers.find(baseline))

    def resume(self, folder: Path) -> Baseline:
        """Take a saved baseline up again as the outermost one; *folder* is not needed afterwards."""
        self._layers.clear()
        self._seen = None
        return self._layers.push((folder / FILE).read_bytes())

    def _put_back(self, wanted: bytes) -> int:
        """How many pages were written: all, if somebody has committed, as SQLite says, or any differ."""
        version = self._patiently("put back", self._version)
        if version is None:
            written = self._count_differing(wanted)
        else:
            written = 0 if self._seen == Seen(wanted, version) else pages.count(wanted)
        if written:
            self._seen = None
            self._patiently("put back", lambda: self._restore(wanted))
            if (version is None or version != self._version()) and self._count_differing(wanted):
                raise self._not_exact()
            self._remember(wanted, version)
        return written

    def _remember(self, wanted: bytes, version: int | None) -> None:
        self._seen = None if version is None else Seen(wanted, version)

    def _count_differing(self, wanted: bytes) -> int:
        return self._patiently("put back", lambda: _count_differing(wanted, self._look().pages))

    def _version(self) -> int | None:
        """Differs as soon as anybody else has committed; None: SQLite would not tell. Raises Held."""
        with self._settled() as connection:
            return number(connection, "data_version") if self._beside else None

    def _look(self) -> Seen:
        """All pages, with no write transaction open: of other connections SQLite would give what may be rolled back."""
        with self._settled() as connection:
            version = number(connection, "data_version") if self._beside else None
            if number(connection, "page_count"):
                return Seen(connection.serialize(), version)
        return Seen(images.blank_like(connection), version)

    @contextmanager
    def _settled(self) -> Iterator[sqlite3.Connection]:
        """The connection to work with, while nobody has a write transaction open. Raises Held."""
        if self._connection.in_transaction:
            raise patience.Held
        connection = self._beside or self._connection
        with transaction(connection, "BEGIN IMMEDIATE"):
            yield connection

    def _restore(self, wanted: bytes) -> None:
        """Write all pages. SQLite reads the schema anew after that, which is done here and not in the next test."""
        self._source.of(wanted).backup(self._beside or self._connection, progress=patience.give_up)
        number(self._connection, "page_count")

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


def _beside(connection: sqlite3.Connection, shared: str) -> sqlite3.Connection | None:
    """A connection of our own to the same database, which it is if SQLite tells it of what *connection* commits."""
    beside = sqlite3.connect(shared, uri=True, isolation_level=None, check_same_thread=False)
    before = number(beside, "data_version")
    connection.execute(f"PRAGMA user_version = {number(connection, 'user_version')}")
    if number(beside, "data_version") != before:
        return beside
    beside.close()
    return None
