"""A PostgreSQL database seen as records."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from psycopg import Connection, Error, IsolationLevel, connect, sql
from psycopg.rows import TupleRow

from statusquo.core import libpq, rows
from statusquo.core.definitions import DescribedRows, TableDefinition
from statusquo.core.endpoint import Address
from statusquo.core.errors import StoreError
from statusquo.core.rows import Column, Json, Table
from statusquo.rows import postgres_tables

TABLES = """
SELECT CASE WHEN pg_table_is_visible(oid) THEN relname ELSE relnamespace::regnamespace || '"."' || relname END
FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace <> 'pg_catalog'::regnamespace
"""


@contextmanager
def reading(address: Address) -> Iterator[DescribedRows]:
    """The rows of the database at *address* as they are now, by a transaction that can change nothing.

    Raises StoreError.
    """
    try:
        connection = connect(libpq.conninfo(address), application_name="statusquo", connect_timeout=10)
    except Error as error:
        raise StoreError(
            f'No connection to the database "{address.name}" at {address.host}:{address.port}.', evidence=str(error)
        ) from error
    with connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        connection.execute("SET LOCAL TIME ZONE 'UTC'")
        connection.execute("SET LOCAL IntervalStyle = 'postgres'")
        yield PostgresRows(connection)
        connection.rollback()


class PostgresRows:
    """Reads by a connection of one's own, whose transaction has begun."""

    def __init__(self, connection: Connection[TupleRow]) -> None:
        self._connection = connection

    def tables(self) -> frozenset[str]:
        """The names of all tables, views not among them; of those that are not on the search path with their schema."""
        return frozenset(name for (name,) in self._connection.execute(TABLES))

    def definitions(self) -> tuple[TableDefinition, ...]:
        """The tables that people made. Raises StoreError."""
        try:
            return postgres_tables.read(self._connection)
        except Error as error:
            raise StoreError("The tables of the database cannot be read.", evidence=str(error)) from error

    def read(self, table: Table) -> Iterator[tuple[Json, ...]]:
        """The rows of a table, with one statement, ordered by its key. Raises StoreError."""
        try:
            found = self._connection.execute(statement(table)).fetchall()
        except Error as error:
            raise StoreError(f'Table "{table.name}" cannot be read.', evidence=str(error)) from error
        for row in found:
            yield tuple(plain(value, column) for value, column in zip(row, table.columns, strict=True))


def statement(table: Table) -> sql.Composed:
    """The one SELECT that reads a table."""
    return sql.SQL("SELECT {} FROM {} ORDER BY {}").format(
        sql.SQL(", ").join(map(_selected, table.columns)),
        name(table.name),
        sql.SQL(", ").join(map(sql.Identifier, table.key)),
    )


def _selected(column: Column) -> sql.Composable:
    quoted = sql.Identifier(column.name)
    return sql.SQL("{}::text").format(quoted) if column.kind == "literal" else quoted


def name(table: str) -> sql.Identifier:
    """The table's name, quoted. Django knows a table of another schema as ``schema"."table``, quotes included."""
    return sql.Identifier(*table.strip('"').split('"."'))


def plain(value: object, column: Column) -> Json:
    """A value of the column as JSON has it."""
    if column.zone and isinstance(value, datetime) and value.tzinfo:
        return rows.plain(value.astimezone(ZoneInfo(column.zone)).replace(tzinfo=None))
    return rows.plain(value)
