"""A SQLite file that somebody else made: what it holds, how it is left as it was found. ``statusquo adopt`` asks."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from statusquo.core import guard
from statusquo.core.errors import StoreError
from statusquo.core.holding import Holding, count
from statusquo.stores.sqlite import mark
from statusquo.stores.sqlite.connection import connect_reader

SETTLE = 2.0
"""Seconds that others are waited for."""


def look(store: str, path: Path) -> Holding:
    """What the database at *path* holds; only reads. Raises StoreError."""
    if path.is_symlink() or not path.is_file():
        raise StoreError(f'Store "{store}": {path} is no file.', next="Give the database file itself.")
    try:
        with closing(connect_reader(path, settle=SETTLE)) as connection:
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema WHERE type = 'table'").fetchone()
    except sqlite3.Error as error:
        raise StoreError(f'Store "{store}": {path} cannot be read.', why=f"SQLite says: {error}.") from error
    return Holding(path.stat().st_size, count(tables, "table"), 0, mark.read(path))


def release(store: str, path: Path, *, nonce: str) -> None:
    """Take the mark away from the file that carries it. Nothing happens without a mark. Raises GuardError."""
    found = mark.read(path)
    if found is not None:
        guard.check(store=store, where=str(path), found=found, expected=nonce)
        mark.remove(path)
