"""How SQLite files are opened here, and the smallest questions that are asked of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import quote

Access = Literal["mode=rw", "mode=rwc", "immutable=1"]
"""As a parameter of SQLite's URIs; ``immutable`` files are read without locks, and without a WAL made beside them."""


def uri(path: Path, access: Access) -> str:
    """The file as ``connect`` and ATTACH take it."""
    return f"file:{quote(str(path.absolute()))}?{access}"


def connect(path: Path, access: Access, *, settle: float = 0.0) -> sqlite3.Connection:
    """A connection without transactions of its own making, for any one thread at a time."""
    return sqlite3.connect(uri(path, access), uri=True, timeout=settle, isolation_level=None, check_same_thread=False)


def connect_reader(path: Path, *, settle: float) -> sqlite3.Connection:
    """A connection that cannot change what a database holds.

    Not ``mode=ro``: such a one cannot roll back what a killed process left half written, and so cannot read either.
    """
    connection = connect(path, "mode=rw", settle=settle)
    connection.execute("PRAGMA query_only = ON")
    return connection


@contextmanager
def reading(connection: sqlite3.Connection) -> Iterator[sqlite3.Cursor]:
    """A cursor that gives plain rows and texts, whatever an application that has handed the connection over wants."""
    cursor, theirs = connection.cursor(), connection.text_factory
    cursor.row_factory = None
    connection.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
    try:
        yield cursor
    finally:
        connection.text_factory = theirs
        cursor.close()


def value(connection: sqlite3.Connection, pragma: str) -> int | str:
    """The value of a pragma that has one."""
    with reading(connection) as cursor:
        found: tuple[int | str] = cursor.execute(f"PRAGMA {pragma}").fetchone()
    return found[0]


def number(
    connection: sqlite3.Connection, pragma: Literal["data_version", "page_count", "page_size", "user_version"]
) -> int:
    """The value of a pragma that is a number."""
    return int(value(connection, pragma))


def make_blank(blank: sqlite3.Connection, like: sqlite3.Connection) -> None:
    """Make *blank*, which has no pages, a database without tables whose pages and texts are like those of *like*."""
    for pragma in ("page_size", "encoding"):
        blank.execute(f"PRAGMA {pragma} = '{value(like, pragma)}'")
    blank.execute("VACUUM")  # writes the header


@contextmanager
def transaction(connection: sqlite3.Connection, begin: Literal["BEGIN", "BEGIN IMMEDIATE"]) -> Iterator[None]:
    """A transaction that changes nothing: it is rolled back at the end."""
    connection.execute(begin)
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
