"""A witness of a SQLite database: reads every row over connections of its own, past the store and its pages.

The wiring opens one for ``--verify``.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from statusquo.core.errors import StoreError
from statusquo.stores.sqlite import statements
from statusquo.stores.sqlite.changes import SETTINGS
from statusquo.stores.sqlite.connection import connect_reader, transaction

PATIENCE = 2.0
"""Seconds that a lock is waited for."""


class SqliteWitness:
    """What the database at *path* holds; one that is absent holds what an empty one does."""

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self._path = path

    def digest(self) -> Mapping[str, str]:
        """For every table, index, view and trigger its text, for every table a digest of its rows in their order."""
        if not self._path.exists():
            return {}
        try:
            with closing(connect_reader(self._path, settle=PATIENCE)) as connection:
                connection.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
                with transaction(connection, "BEGIN"):
                    return dict(_read(connection))
        except sqlite3.Error as error:
            raise StoreError(
                f'Store "{self.name}": {self._path} cannot be verified.', why=f"SQLite says: {error}."
            ) from error

    def close(self) -> None:
        """There is nothing to let go of."""


def _read(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    for setting in SETTINGS:
        (value,) = connection.execute(f"PRAGMA {setting}").fetchone()
        if value:
            yield f"pragma {setting}", str(value)
    for name, sql in connection.execute(statements.read("read_schema", schema="main")).fetchall():
        yield name, sql
    for name, quoted in connection.execute(statements.read("verify_tables")).fetchall():
        digest = hashlib.sha256()
        for row in connection.execute(f"SELECT * FROM {quoted}"):  # noqa: S608  # quoted by SQLite itself
            digest.update(repr(row).encode())
        yield f"rows of {name}", f"sha256 {digest.hexdigest()}"
