"""A SQLite database written as records, by a connection whose transaction somebody else begins and ends."""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Context, Decimal
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

from statusquo.core import spans
from statusquo.core.errors import StoreError
from statusquo.core.rows import Column, Json, Kind, Table
from statusquo.core.writing import Row, Writer
from statusquo.rows.sqlite import SqliteRows, quoted

_PATIENCE = 10.0
"""Seconds that another writer may take."""
_DIGITS = 1000
"""More than any column keeps: what is too long is for the column to say."""
_SHOWN = 20
_MICROSECOND = timedelta(microseconds=1)


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """Write the database in a file, in one transaction: all or, if the block raises, nothing. Raises StoreError."""
    try:
        opened = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=rw", uri=True, timeout=_PATIENCE)
    except sqlite3.Error as error:
        raise StoreError(f"{path}: cannot be opened.", why=f"SQLite says: {error}.") from error
    with closing(opened) as connection:
        connection.isolation_level = None
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("BEGIN IMMEDIATE")
            yield SqliteWriter(connection)
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise StoreError(f"{path}: cannot be written.", why=f"SQLite says: {error}.") from error


class SqliteWriter(SqliteRows):
    """Writes inside the transaction that its connection is in; raises sqlite3.Error where SQLite refuses."""

    bounded = False

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._db = connection
        self._written: dict[str, None] = {}
        self._given: dict[str, int] = {}

    def numbers(self, table: Table, count: int) -> Sequence[int]:
        """Those after the highest that there is or was."""
        last = self._given.get(table.name) or self._highest(table)
        self._given[table.name] = last + count
        return range(last + 1, last + 1 + count)

    def put(self, table: Table, rows: Sequence[Row], *, is_there: bool) -> None:
        """Add rows, or give those with these keys the values of these."""
        names = [quoted(each.name) for each in table.columns]
        statement = f"INSERT INTO {quoted(table.name)} ({', '.join(names)}) VALUES ({', '.join('?' for _ in names)})"  # noqa: S608 - they are quoted
        if is_there:
            statement += _update(table)
        self._begin(table)
        self._db.executemany(statement, _adapted(table.columns, rows))

    def remove(self, table: Table, rows: Sequence[Row]) -> None:
        """Take away the rows whose columns have these values."""
        same = " AND ".join(f"{quoted(each.name)} = ?" for each in table.columns)
        self._begin(table)
        self._db.executemany(f"DELETE FROM {quoted(table.name)} WHERE {same}", _adapted(table.columns, rows))  # noqa: S608 - they are quoted

    def settle(self, counters: Sequence[Table], *, exact: bool) -> None:
        """Check references, which raises StoreError; SQLite itself lets the next keys come after those there."""
        broken = [
            row for table in self._written for row in self._db.execute(f"PRAGMA foreign_key_check({quoted(table)})")
        ]
        if broken:
            told = [f"{table} row {row} → {parent}" for table, row, parent, _ in broken[:_SHOWN]]
            raise StoreError("References to rows that are not there are left.", evidence="\n".join(told))
        if exact and self._counts():
            for table in counters:
                highest = f"SELECT max({quoted(table.columns[0].name)}) FROM {quoted(table.name)}"  # noqa: S608 - they are quoted
                self._db.execute(
                    f"UPDATE sqlite_sequence SET seq = coalesce(({highest}), 0) WHERE name = ?",  # noqa: S608 - as above
                    (table.name,),
                )

    def _begin(self, table: Table) -> None:
        """Have references checked at the end only: SQLite forgets that with each transaction."""
        self._written[table.name] = None
        self._db.execute("PRAGMA defer_foreign_keys = ON")

    def _highest(self, table: Table) -> int:
        (there,) = self._db.execute(
            f"SELECT coalesce(max({quoted(table.columns[0].name)}), 0) FROM {quoted(table.name)}"  # noqa: S608 - they are quoted
        ).fetchone()
        if not self._counts():
            return int(there)
        (was,) = self._db.execute(
            "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = ?", (table.name,)
        ).fetchone()
        return max(int(there), int(was))

    def _counts(self) -> bool:
        """Whether any table of the database remembers which keys it had."""
        found = self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'")
        return found.fetchone() is not None


def _update(table: Table) -> str:
    """The end of an INSERT that meets rows which are there."""
    key = ", ".join(map(quoted, table.key))
    others = [quoted(each.name) for each in table.columns if each.name not in table.key]
    does = f"UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in others)}" if others else "NOTHING"
    return f" ON CONFLICT ({key}) DO {does}"


def _adapted(columns: Sequence[Column], rows: Iterable[Row]) -> Iterable[Sequence[object]]:
    """The rows as SQLite keeps them."""
    needed = [(at, adapt, column) for at, column in enumerate(columns) for adapt in (_WRITE.get(column.kind),) if adapt]
    return (_row(row, needed) for row in rows) if needed else rows


def _row(row: Row, needed: Sequence[tuple[int, Callable[[Json, Column], object], Column]]) -> Sequence[object]:
    adapted: list[object] = list(row)
    for at, adapt, column in needed:
        if row[at] is not None or (column.kind == "json" and not column.null):
            adapted[at] = adapt(row[at], column)
    return adapted


def _datetime(value: Json, column: Column) -> object:
    text = str(value)
    if not column.zone and text.endswith("Z"):
        return f"{text[:10]} {text[11:-1]}"
    moment = datetime.fromisoformat(text)
    return (moment.astimezone(UTC) if moment.tzinfo else moment).replace(tzinfo=None).isoformat(" ")


def _decimal(value: Json, column: Column) -> object:
    return str(Decimal(str(value)).quantize(Decimal(1).scaleb(-column.places), context=Context(prec=_DIGITS)))


def _duration(value: Json, _: Column) -> object:
    span = spans.parse(str(value))
    return span // _MICROSECOND if span is not None else value


def _listed(value: Json, _: Column) -> object:
    return json.dumps(value) if isinstance(value, list | dict) else value


_WRITE: Mapping[Kind, Callable[[Json, Column], object]] = {
    "datetime": _datetime,
    "decimal": _decimal,
    "duration": _duration,
    "uuid": lambda value, _: UUID(str(value)).hex,
    "json": lambda value, _: json.dumps(value),
    "binary": lambda value, _: base64.b64decode(str(value)),
    "array": _listed,
    "other": _listed,
}
