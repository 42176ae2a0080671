"""The live database: one connection that is kept, and the few things that are done with it. The store holds one.

The file is only ever touched through SQLite: to open and close it by other means would drop the locks of every
connection to it in this process (https://www.sqlite.org/howtocorrupt.html, section 2.2).
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from statusquo.core.errors import StoreError
from statusquo.stores.sqlite import holders, patience
from statusquo.stores.sqlite.connection import connect, connect_reader, number, transaction

TRY = 0.02
"""Seconds that SQLite itself waits for a lock: long enough to keep new readers out while it waits for those that are
there, short enough never to come to the long naps (100 ms), in which a busy writer always is first again."""

Result = TypeVar("Result")

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
        return self._patiently("write", lambda: _settled_version(kept)) if kept else None

    def image(self) -> Image:
        """All pages, those that are still in the WAL included."""
        kept = self._connected()
        return self._patiently("write", lambda: _image(kept)) if kept else Image(None, b"")

    def copy_to(self, path: Path) -> Version | None:
        """Copy all pages into a new file; there is none afterwards where there are no pages."""
        kept = self._connected()
        return self._patiently("write", lambda: _copy(kept, path)) if kept else None

    def restore(self, copy: Path) -> Version:
        """Write all pages of a file that nobody changes into ours, in one transaction; an absent one is made.

        Returns the version from before, which stays the version until somebody else commits.
        """
        kept = self._connected() or self._made()
        return self._patiently("read or write", lambda: _restore(kept, copy))

    @contextmanager
    def reader(self) -> Iterator[sqlite3.Connection | None]:
        """A new connection that cannot write; ``None``: there is no file."""
        if self._connected() is None:
            yield None
            return
        try:
            with closing(connect_reader(self._path, settle=self._settle)) as connection:
                yield connection
        except sqlite3.Error as error:
            raise self._explained(error, "write") from error

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
            connection = self._patiently("write", lambda: _connect_fast(self._path))
            self._kept = Kept(connection, next(self._numbers), file)
        return self._kept

    def _made(self) -> Kept:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.touch()
        made = self._connected()
        if made is None:
            raise StoreError(f'Store "{self._store}": {self._path} was removed while it was put back.')
        return made

    def _patiently(self, held: str, act: Callable[[], Result]) -> Result:
        """What *act* returns; it is tried again while a transaction of somebody else is in its way."""
        try:
            return patience.until_free(act, self._settle)
        except sqlite3.Error as error:
            raise self._explained(error, held) from error

    def _explained(self, error: sqlite3.Error, held: str) -> StoreError:
        if patience.is_held(error):
            return holders.busy(self._store, self._path, held=held, settle=self._settle)
        return StoreError(
            f'Store "{self._store}": {self._path} cannot be read or put back.', why=f"SQLite says: {error}."
        )


def _connect_fast(path: Path) -> sqlite3.Connection:
    connection = connect(path, "mode=rw", settle=TRY)
    try:
        connection.execute("PRAGMA synchronous = OFF")  # what a crash of the machine leaves, nobody resumes
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _settled_version(kept: Kept) -> Version:
    with transaction(kept.connection, "BEGIN IMMEDIATE"):
        return kept.version()


def _image(kept: Kept) -> Image:
    with transaction(kept.connection, "BEGIN"):
        version = kept.version()
        has_pages = number(kept.connection, "page_count") > 0  # ``serialize`` fails for a file of no bytes
        return Image(version, kept.connection.serialize() if has_pages else b"")


def _copy(kept: Kept, path: Path) -> Version:
    with transaction(kept.connection, "BEGIN"):
        version = kept.version()
        if number(kept.connection, "page_count"):
            with closing(connect(path, "mode=rwc")) as target:
                target.execute("PRAGMA synchronous = OFF")
                kept.connection.backup(target, progress=patience.give_up)
        return version


def _restore(kept: Kept, copy: Path) -> Version:
    with closing(connect(copy, "immutable=1")) as source:
        before = kept.version()
        source.backup(kept.connection, progress=patience.give_up)
        return before


def _file_id(path: Path) -> FileId | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
