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


def number(connection: sqlite3.Connection, pragma: Literal["data_version", "page_count", "page_size"]) -> int:
    """The value of a pragma that has one."""
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])


@contextmanager
def transaction(connection: sqlite3.Connection, begin: Literal["BEGIN", "BEGIN IMMEDIATE"]) -> Iterator[None]:
    """A transaction that changes nothing: it is rolled back at the end."""
    connection.execute(begin)
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
