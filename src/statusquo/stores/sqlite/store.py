"""A SQLite database as a store: SQLite itself tells whether anybody committed; if so, all pages are put back into the
live file, in one transaction, so that every connection stays open and sees the baseline with its next statement.

Pages are everything: rows, schema, indexes, counters, virtual tables. The wiring opens it.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from statusquo.core import guard
from statusquo.core.baseline import Baseline, Rewound, Touched
from statusquo.core.diff import Diff
from statusquo.core.errors import MissingProgram, NotExact
from statusquo.core.layers import Layers
from statusquo.stores.sqlite import changes, copies, mark, pages
from statusquo.stores.sqlite.connection import connect, uri
from statusquo.stores.sqlite.copies import Copies
from statusquo.stores.sqlite.live import Live, Version

OLDEST = (3, 37)
"""The first SQLite with ``PRAGMA table_list``, of 2021."""

MEANWHILE = "Somebody wrote while the pages were put back."


@dataclass(frozen=True, slots=True)
class Known:
    """What the live database is known to hold, and when it did."""

    copy: Path | None
    version: Version | None


@dataclass(frozen=True, slots=True)
class Seen:
    """How the live database was when all of it was read."""

    version: Version | None
    differing: int
    """Pages that are not those that were asked for."""


def open_store(name: str, path: Path, *, nonce: str, scratch: Path, settle: float = 2.0) -> SqliteStore:
    """A store over the database file at *path*, which need not exist; *scratch* is a folder for its own use.

    Transactions of others are waited for *settle* seconds at a time. Raises MissingProgram.
    """
    if sqlite3.sqlite_version_info < OLDEST:
        raise MissingProgram(
            f'Store "{name}" needs SQLite 3.37 or newer; this Python has {sqlite3.sqlite_version}.',
            next="Use a Python that is linked with a newer one.",
        )
    return SqliteStore(name, path, nonce=nonce, scratch=scratch, settle=settle)


class SqliteStore:
    """Use ``open_store``."""

    def __init__(self, name: str, path: Path, *, nonce: str, scratch: Path, settle: float) -> None:
        self.name = name
        self._path = path
        self._nonce = nonce
        self._live = Live(name, path, settle=settle)
        self._copies = Copies(scratch / "copies")
        self._layers: Layers[Path | None] = Layers(name)
        self._known: Known | None = None

    def capture(self) -> Baseline:
        """Make the current state a baseline, inside those that exist; copies nothing if nothing was committed.

        Raises Busy, StoreError.
        """
        if self._known is None or self._known.version != self._live.version():
            copy = self._copies.new()
            version = self._live.copy_to(copy)
            self._known = Known(copy if copy.exists() else None, version)
        return self._layers.push(self._known.copy)

    def rewind(self, to: Baseline) -> Rewound:
        """Put back what changed since *to* and drop the baselines captured after it.

        One look at a counter if nothing was committed; otherwise all pages are read, written and read again.
        Raises StaleBaseline, GuardError, Busy, NotExact, StoreError.
        """
        started = time.perf_counter()
        copy = self._layers.find(to)
        self._guard()
        changed = 0 if self._holds(copy) else self._put_back(copy)
        inner = {*self._layers.above(to)}
        self._layers.drop_above(to)
        self._copies.drop(inner - {*self._layers.kept})
        touched = (Touched("pages", changed),) if changed else ()
        notes = () if self._known else (MEANWHILE,)
        return Rewound(self.name, time.perf_counter() - started, touched, notes)

    def diff(self, since: Baseline) -> Diff:
        """What changed since *since*, as rows of one snapshot; only reads. Raises StaleBaseline, Busy, StoreError."""
        copy = self._layers.find(since)
        if self._holds(copy):
            return Diff(self.name)
        with self._beside(copy) as connection:
            return changes.read(connection, self.name)

    def close(self) -> None:
        """Hang up and remove what was kept of the baselines; the database stays as it is."""
        self._layers.clear()
        self._known = None
        self._live.close()
        self._copies.close()

    def save(self, baseline: Baseline, folder: Path) -> None:
        """Write the pages of *baseline* to *folder*. Raises StaleBaseline."""
        self._copies.save(self._layers.find(baseline), folder)

    def resume(self, folder: Path) -> Baseline:
        """Take a saved baseline up again as the outermost one; *folder* is not needed afterwards."""
        self._copies.drop(self._layers.kept)
        self._layers.clear()
        self._known = None
        return self._layers.push(self._copies.adopt(folder))

    def _guard(self) -> None:
        guard.check(store=self.name, where=str(self._path), found=mark.read(self._path), expected=self._nonce)

    def _holds(self, copy: Path | None) -> bool:
        """True if the live database is known to be that of *copy*, without reading it."""
        return self._known is not None and self._known == Known(copy, self._live.version())

    def _put_back(self, copy: Path | None) -> int:
        """How many pages were not those of *copy*. They are now, and that is known, unless somebody wrote meanwhile."""
        with self._source(copy) as source, copies.mapped(source) as wanted:
            found = self._look(copy, wanted)
            self._known = None if found.differing else Known(copy, found.version)
            if found.differing:
                self._guard()  # again: to read a big database takes its time
                before = self._live.restore(source)
                now = self._look(copy, wanted)
                if not now.differing:
                    self._known = Known(copy, now.version)
                elif now.version == before:
                    raise self._not_exact()
        return found.differing

    def _look(self, copy: Path | None, wanted: pages.Bytes) -> Seen:
        image = self._live.image()
        is_none = copy is None and not image.pages
        return Seen(image.version, 0 if is_none else pages.count_differing(wanted, image.pages))

    @contextmanager
    def _source(self, copy: Path | None) -> Iterator[Path]:
        """The pages to put back: of *copy*, or those of a database without tables."""
        if copy:
            yield copy
            return
        with self._live.reader() as live, self._copies.blank(live) as blank:
            yield blank

    @contextmanager
    def _beside(self, copy: Path | None) -> Iterator[sqlite3.Connection]:
        """A connection that reads the live database as ``main`` and *copy* as ``base``; empty ones for absent ones."""
        with ExitStack() as undo:
            live = undo.enter_context(self._live.reader())
            base = copy or undo.enter_context(self._copies.blank(live))
            if live is None:
                like = undo.enter_context(closing(connect(base, "immutable=1")))
                live = undo.enter_context(closing(connect(undo.enter_context(self._copies.blank(like)), "mode=rw")))
            live.execute("ATTACH ? AS base", [uri(base, "immutable=1")])
            yield live

    def _not_exact(self) -> NotExact:
        return NotExact(
            f'Store "{self.name}": {self._path} differs from the baseline after its pages were put back.',
            why="Nobody else wrote meanwhile, so SQLite or the file system did not do what it said.",
            next="Run 'statusquo down' and 'statusquo up', or start a new run, to begin from a fresh copy.",
        )
