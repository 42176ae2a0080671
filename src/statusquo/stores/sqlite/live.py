"""The live database: one connection that is kept, and the few things that are done with it. The store holds one.

The file is only ever touched through SQLite: to open and close it by other means would drop the locks of every
connection to it in this process (https://www.sqlite.org/howtocorrupt.html, section 2.2).
"""

from __future__ import annotations

import itertools
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from statusquo.core.errors import StoreError
from statusquo.stores.sqlite import holders
from statusquo.stores.sqlite.connection import connect, number, transaction

RETRY = 0.01
"""Seconds between two tries of a backup that meets a lock."""

FileId = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Version:
    """A moment in the life of a file: between equal ones nobody else has committed anything."""

    connection: int
    """The how-manieth that was kept: what two of them say cannot be compared, and inodes are used again."""
    commits: int
    """``PRAGMA data_version`` of that connection; what it commits itself does not count."""


@dataclass(frozen=True, slots=True)
class Image:
    """All pages of a database at one moment."""

    version: Version | None
    """``None``: there was no file."""
    pages: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """The connection, and the file it was opened on, whatever its path leads to by now."""

    connection: sqlite3.Connection
    number: int
    file: FileId

    def version(self) -> Version:
        """The file's version as the current transaction sees it."""
        return Version(self.number, number(self.connection, "data_version"))


class Live:
    """The database at a path, which may be absent. Every method raises Busy and StoreError."""

    def __init__(self, store: str, path: Path, *, settle: float) -> None:
        self._store = store
        self._path = path
        self._settle = settle
        self._kept: Kept | None = None
        self._numbers = itertools.count()

    def version(self) -> Version | None:
        """The current version, once no write transaction is open; ``None``: there is no file. Reads no table."""
        kept = self._connected()
        if kept is None:
            return None
        with self._failing("write"), transaction(kept.connection, "BEGIN IMMEDIATE"):
            return kept.version()

    def image(self) -> Image:
        """All pages, those that are still in the WAL included."""
        kept = self._connected()
        if kept is None:
            return Image(None, b"")
        with self._failing("write"), transaction(kept.connection, "BEGIN"):
            version = kept.version()
            has_pages = number(kept.connection, "page_count") > 0  # ``serialize`` fails for a file of no bytes
            return Image(version, kept.connection.serialize() if has_pages else b"")

    def copy_to(self, path: Path) -> Version | None:
        """Copy all pages into a new file; there is none afterwards where there are no pages."""
        kept = self._connected()
        if kept is None:
            return None
        with self._failing("write"), transaction(kept.connection, "BEGIN"):
            version = kept.version()
            if number(kept.connection, "page_count"):
                with closing(connect(path, "mode=rwc")) as target:
                    target.execute("PRAGMA synchronous = OFF")
                    kept.connection.backup(target, progress=self._patience("write"), sleep=RETRY)
            return version

    def restore(self, copy: Path) -> Version:
        """Write all pages of a file that nobody changes into ours, in one transaction; an absent one is made.

        Returns the version from before, which stays the version until somebody else commits.
        """
        kept = self._connected() or self._made()
        with self._failing("read or write"), closing(connect(copy, "immutable=1")) as source:
            before = kept.version()
            source.backup(kept.connection, progress=self._patience("read or write"), sleep=RETRY)
            return before

    @contextmanager
    def reader(self) -> Iterator[sqlite3.Connection | None]:
        """A new connection that cannot write; ``None``: there is no file."""
        if self._connected() is None:
            yield None
            return
        with self._failing("write"), closing(connect(self._path, "mode=ro", settle=self._settle)) as connection:
            yield connection

    def close(self) -> None:
        """Let go of the connection; the next question opens another."""
        if self._kept:
            self._kept.connection.close()
            self._kept = None

    def _connected(self) -> Kept | None:
        file = _file_id(self._path)
        if self._kept and self._kept.file != file:  # somebody removed it, or put another in its place
            self.close()
        if self._kept is None and file:
            with self._failing("write"):
                connection = connect(self._path, "mode=rw", settle=self._settle)
                connection.execute("PRAGMA synchronous = OFF")  # what a crash of the machine leaves, nobody resumes
            self._kept = Kept(connection, next(self._numbers), file)
        return self._kept

    def _made(self) -> Kept:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.touch()
        made = self._connected()
        if made is None:
            raise StoreError(f'Store "{self._store}": {self._path} was removed while it was put back.')
        return made

    def _patience(self, held: str) -> Callable[[int, int, int], None]:
        """What a backup asks after each try; by itself it tries for ever."""
        deadline = time.monotonic() + self._settle

        def bear(status: int, _remaining: int, _total: int) -> None:
            if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED} and time.monotonic() > deadline:
                raise holders.busy(self._store, self._path, held=held, settle=self._settle)

        return bear

    @contextmanager
    def _failing(self, held: str) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # 0: an error of Python's own module
            if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                raise holders.busy(self._store, self._path, held=held, settle=self._settle) from error
            raise StoreError(
                f'Store "{self._store}": {self._path} cannot be read or put back.', why=f"SQLite says: {error}."
            ) from error


def _file_id(path: Path) -> FileId | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
