"""A PostgreSQL database written as records, by a cursor whose transaction somebody else begins and ends.

Rows travel as one JSON text for each statement, and the server makes values of the columns' own types from it: no value
is made on this side, there is no limit of parameters, and it can meet rows that are there, which COPY cannot.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from importlib import resources
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from psycopg import Error, connect, sql

from statusquo.core import libpq, spans
from statusquo.core.endpoint import Address
from statusquo.core.errors import StoreError
from statusquo.core.rows import Column, Json, Kind, Table
from statusquo.core.writing import Row, Writer
from statusquo.rows import postgres

_BATCH = 10_000
"""Rows of one statement: its text stays far below what a value may be long."""


class Cursor(Protocol):
    """What is needed of a cursor, whichever driver or framework it is of."""

    def execute(self, query: str, params: Sequence[object], /) -> object:
        """Run a statement."""

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Its rows."""


@contextmanager
def writing(address: Address) -> Iterator[Writer]:
    """Write the database at *address*, in one transaction: all or, if the block raises, nothing. Raises StoreError."""
    try:
        with connect(libpq.conninfo(address), application_name="statusquo", connect_timeout=10) as connection:
            connection.execute("SET LOCAL TIME ZONE 'UTC'")
            connection.execute("SET LOCAL IntervalStyle = 'postgres'")
            yield PostgresWriter(connection.cursor())
    except Error as error:
        raise StoreError(
            f'The database "{address.name}" at {address.host}:{address.port} cannot be written.', evidence=str(error)
        ) from error


class PostgresWriter:
    """Writes inside the transaction that its cursor is in; raises the driver's error where the server refuses."""

    bounded = True

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor

    def tables(self) -> frozenset[str]:
        """The names of all tables, views not among them."""
        return frozenset(name for (name,) in self._ask(postgres.TABLES))

    def read(self, table: Table) -> Iterator[tuple[Json, ...]]:
        """The rows of a table, ordered by its key."""
        for row in self._ask(_text(postgres.statement(table))):
            yield tuple(postgres.plain(value, column) for value, column in zip(row, table.columns, strict=True))

    def numbers(self, table: Table, count: int) -> Sequence[int]:
        """The next of the key's sequence. Raises StoreError if it has none."""
        found = self._ask(_read("numbers"), _text(postgres.name(table.name)), table.columns[0].name, count)
        if any(number is None for (number,) in found):
            raise StoreError(f'Table "{table.name}" has no sequence that gives keys.', next="Give the rows keys.")
        return [int(number) for (number,) in found]

    def put(self, table: Table, rows: Sequence[Row], *, is_there: bool) -> None:
        """Add rows, or give those with these keys the values of these."""
        names = sql.SQL(", ").join(sql.Identifier(each.name) for each in table.columns)
        values = sql.SQL(", ").join(map(_value, table.columns))
        statement = _filled("insert", table=postgres.name(table.name), columns=names, values=values)
        self._send(statement + _update(table) if is_there else statement, table, rows)

    def remove(self, table: Table, rows: Sequence[Row]) -> None:
        """Take away the rows whose columns have these values."""
        same = sql.SQL(" AND ").join(
            sql.SQL("old.{0} = new.{0}").format(sql.Identifier(each.name)) for each in table.columns
        )
        self._send(_filled("delete", table=postgres.name(table.name), same=same), table, rows)

    def settle(self, counters: Sequence[Table], *, exact: bool) -> None:
        """Set the sequences in one statement, and have the server check the references that it put off."""
        self._cursor.execute("SET CONSTRAINTS ALL IMMEDIATE", ())
        self._cursor.execute("SET CONSTRAINTS ALL DEFERRED", ())
        asked = [
            {"at": at, "name": _text(postgres.name(each.name)), "column": each.columns[0].name}
            for at, each in enumerate(counters)
        ]
        found = [(counters[at], name) for at, name in self._ask(_read("counters"), json.dumps(asked)) if name]
        if found:
            each = [_settling(table, sequence, "settle_exactly" if exact else "settle") for table, sequence in found]
            self._ask(_text(sql.SQL(" UNION ALL ").join(each)))

    def _send(self, statement: sql.Composable, table: Table, rows: Sequence[Row]) -> None:
        text = _text(statement)
        adapted = _adapted(table.columns, rows)
        for start in range(0, len(adapted), _BATCH):
            self._cursor.execute(text, (json.dumps(adapted[start : start + _BATCH], ensure_ascii=False),))

    def _ask(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        self._cursor.execute(statement, parameters)
        return self._cursor.fetchall()


def _update(table: Table) -> sql.Composed:
    """The end of an INSERT that meets rows which are there."""
    key = sql.SQL(", ").join(map(sql.Identifier, table.key))
    others = [sql.Identifier(each.name) for each in table.columns if each.name not in table.key]
    if not others:
        return sql.SQL(" ON CONFLICT ({}) DO NOTHING").format(key)
    sets = sql.SQL(", ").join(sql.SQL("{0} = EXCLUDED.{0}").format(name) for name in others)
    return sql.SQL(" ON CONFLICT ({}) DO UPDATE SET {}").format(key, sets)


def _value(column: Column) -> sql.Composable:
    name = sql.SQL("new.{}").format(sql.Identifier(column.name))
    return sql.SQL("coalesce({}, 'null')").format(name) if column.kind == "json" and not column.null else name


def _settling(table: Table, sequence: str, how: str) -> sql.Composed:
    return _filled(
        how,
        sequence=sql.Literal(sequence),
        relation=sql.SQL(sequence),
        column=sql.Identifier(table.columns[0].name),
        table=postgres.name(table.name),
    )


def _adapted(columns: Sequence[Column], rows: Sequence[Row]) -> list[dict[str, Json]]:
    """The rows as tables that the server reads values from."""
    names = [each.name for each in columns]
    needed = [(each.name, adapt, each) for each in columns for adapt in (_WRITE.get(each.kind),) if adapt]
    adapted: list[dict[str, Json]] = []
    for row in rows:
        named = dict(zip(names, row, strict=True))
        for name, adapt, column in needed:
            if named[name] is not None:
                named[name] = adapt(named[name], column)
        adapted.append(named)
    return adapted


def _datetime(value: Json, column: Column) -> Json:
    if not column.zone:
        return value
    return datetime.fromisoformat(str(value)).replace(tzinfo=ZoneInfo(column.zone)).isoformat()


def _duration(value: Json, _: Column) -> Json:
    span = spans.parse(str(value))
    return f"{span.days} days {span.seconds}.{span.microseconds:06d} seconds" if span is not None else value


def _binary(value: Json, _: Column) -> Json:
    return "\\x" + base64.b64decode(str(value)).hex()


_WRITE: Mapping[Kind, Callable[[Json, Column], Json]] = {
    "datetime": _datetime,
    "duration": _duration,
    "binary": _binary,
}


def _read(name: str) -> str:
    return (resources.files(__package__) / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def _filled(name: str, /, **parts: sql.Composable) -> sql.Composed:
    return sql.SQL(_read(name)).format(**parts)


def _text(statement: sql.Composable) -> str:
    """As text, which cursors of every framework take."""
    return statement.as_string(None)
