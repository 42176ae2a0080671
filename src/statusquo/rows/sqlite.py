"""A SQLite database seen as records. It has no types to speak of: what a value is, the column's kind says."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from decimal import Context, Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

from statusquo.core import rows
from statusquo.core.definitions import DescribedRows, TableDefinition
from statusquo.core.errors import StoreError
from statusquo.core.rows import Column, Json, Kind, Table
from statusquo.rows import sqlite_tables

_PATIENCE = 10.0
"""Seconds that a writer may take."""
_DIGITS = 15
_PLAIN = frozenset({type(None), bool, int, float, str, list, dict})
"""What needs no other spelling; Django's own connections give dates and times as well."""
"""What of a number is exact where it is kept as a float."""


@contextmanager
def reading(path: Path) -> Iterator[DescribedRows]:
    """The rows of the database in a file as they are now, by a connection that can change nothing. Raises StoreError.

    Not ``mode=ro``: such a connection cannot roll back what a killed process left half written.
    """
    try:
        opened = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=rw", uri=True, timeout=_PATIENCE)
    except sqlite3.Error as error:
        raise StoreError(f"{path}: cannot be opened.", why=f"SQLite says: {error}.") from error
    with closing(opened) as connection:
        connection.isolation_level = None
        connection.execute("PRAGMA query_only = ON")
        connection.execute("BEGIN")
        yield SqliteRows(connection)


class SqliteRows:
    """Reads by a connection of one's own, whose transaction has begun."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def tables(self) -> frozenset[str]:
        """The names of all tables, views not among them."""
        found = self._execute("SELECT name FROM sqlite_master WHERE type = 'table'", "sqlite_master")
        return frozenset(str(name) for (name,) in found)

    def definitions(self) -> tuple[TableDefinition, ...]:
        """The tables that people made. Raises StoreError."""
        try:
            return sqlite_tables.read(self._connection)
        except sqlite3.Error as error:
            raise StoreError("The tables of the database cannot be read.", why=f"SQLite says: {error}.") from error

    def read(self, table: Table) -> Iterator[tuple[Json, ...]]:
        """The rows of a table, with one statement, ordered by its key. Raises StoreError."""
        spelt = [(at, column) for at, column in enumerate(table.columns) if column.kind in _READ]
        for row in self._execute(statement(table), table.name):
            cells: list[Any] = list(row)
            for at, column in spelt:
                cells[at] = plain(cells[at], column)
            yield tuple(cells) if _PLAIN.issuperset(map(type, cells)) else tuple(map(rows.plain, cells))

    def _execute(self, statement: str, table: str) -> list[tuple[object, ...]]:
        try:
            return self._connection.execute(statement).fetchall()
        except sqlite3.Error as error:
            raise StoreError(f'Table "{table}" cannot be read.', why=f"SQLite says: {error}.") from error


def statement(table: Table) -> str:
    """The one SELECT that reads a table."""
    columns = ", ".join(quoted(each.name) for each in table.columns)
    return f"SELECT {columns} FROM {quoted(table.name)} ORDER BY {', '.join(map(quoted, table.key))}"  # noqa: S608 - they are quoted


def quoted(name: str) -> str:
    """An identifier as SQLite reads it."""
    return '"' + name.replace('"', '""') + '"'


def plain(value: object, column: Column) -> Json:
    """A value of the column as JSON has it; one that is not what it should be stays as it is."""
    read = _READ.get(column.kind)
    if value is None or read is None:
        return rows.plain(value)
    try:
        return read(value, column)
    except (ValueError, TypeError, ArithmeticError):
        return rows.plain(value)


def _decimal(value: object, column: Column) -> Json:
    exact = Context(prec=_DIGITS).create_decimal_from_float(value) if isinstance(value, float) else Decimal(str(value))
    return rows.plain(exact.quantize(Decimal(1).scaleb(-column.places)))


def _datetime(value: object, column: Column) -> Json:
    return datetime.fromisoformat(str(value)).isoformat() + ("" if column.zone else "Z")


def _literal(value: object, column: Column) -> Json:
    if isinstance(value, bytes):
        raise StoreError(
            f'Column "{column.name}" has bytes, which its type does not tell from text.',
            next="Declare it BLOB, or leave the table out.",
        )
    return rows.plain(value)


def _bytes(value: object, column: Column) -> Json:
    if isinstance(value, bytes):
        return rows.plain(value)
    raise StoreError(f'Column "{column.name}" is for bytes and has {value!r}.', next="Mend the row in the database.")


def _number(value: object) -> float:
    if isinstance(value, int | float):
        return value
    raise TypeError(value)


_READ: Mapping[Kind, Callable[[object, Column], Json]] = {
    "boolean": lambda value, _: bool(_number(value)),
    "float": lambda value, _: float(_number(value)),
    "decimal": _decimal,
    "datetime": _datetime,
    "duration": lambda value, _: rows.duration(timedelta(microseconds=_number(value))),
    "uuid": lambda value, _: str(UUID(str(value))),
    "json": lambda value, _: rows.plain(json.loads(str(value))),
    "binary": _bytes,
    "literal": _literal,
}
