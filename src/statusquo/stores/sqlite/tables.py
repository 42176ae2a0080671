"""What tables a database has, as far as rows are compared: columns, key, and the query for comparable rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from statusquo.stores.sqlite import statements

Schema = Literal["main", "base"]
"""What a database is called on the connection that compares: the live one, and the baseline."""

ROWID = ("rowid", "_rowid_", "oid")
"""Names of a row's number; a column of that name hides it."""

KEYS = {"sqlite_sequence": ("name",)}
"""Keys of tables that declare none."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of one database."""

    schema: Schema
    name: str
    quoted: str
    columns: tuple[tuple[str, str], ...]
    """The name of each, and the name as SQL has it."""
    key: tuple[str, ...]
    """What tells its rows apart: the primary key, else the row's number."""

    def select(self, columns: Sequence[str]) -> str:
        """The query for its rows: the key, then *columns* in that order, NULL for those that it does not have."""
        quoted = dict(self.columns)
        values = [statements.read("value", column=quoted.get(name, name)) for name in self.key]
        values += [statements.read("value", column=quoted[name]) if name in quoted else "NULL" for name in columns]
        return f"SELECT {', '.join(values)} FROM {self.schema}.{self.quoted}"  # noqa: S608  # quoted by SQLite itself


def read(connection: sqlite3.Connection, schema: Schema) -> Iterator[Table]:
    """The tables of one database, save virtual ones whose module is not there: their shadow tables count as tables."""
    names = connection.execute(statements.read("read_tables"), {"schema": schema}).fetchall()
    for name, quoted in names:
        try:
            found = connection.execute(statements.read("read_columns"), {"table": name, "schema": schema}).fetchall()
        except sqlite3.OperationalError as error:
            if "no such module" in str(error):
                continue
            raise
        columns = tuple((column, text) for column, text, _ in found)
        declared = tuple(column for column, _, place in sorted(found, key=lambda each: int(each[2])) if place)
        yield Table(schema, name, quoted, columns, declared or KEYS.get(name) or _row_number(columns))


def _row_number(columns: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    hidden = {name.lower() for name, _ in columns}
    free = [name for name in ROWID if name not in hidden]
    return tuple(free[:1]) or tuple(name for name, _ in columns)
