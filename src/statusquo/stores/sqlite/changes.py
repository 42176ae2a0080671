"""What changed between two databases that are open on one connection, as rows. ``store`` calls ``read`` for a diff."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest

from statusquo.core import diff
from statusquo.core.diff import Change, Diff, Image, Kind
from statusquo.stores.sqlite import statements, tables
from statusquo.stores.sqlite.connection import transaction
from statusquo.stores.sqlite.tables import Schema, Table

SHOWN = 1000
"""Changes of one table that a diff shows; the others are counted."""

SETTINGS = ("application_id", "user_version")
"""Numbers in the header that belong to the application."""

Value = int | bytes | str | None
"""As ``value.sql`` has it; ``None``: there is no such column."""
Row = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A table as it was and as it is, either of which may be missing."""

    name: str
    key: tuple[str, ...]
    before: Table | None
    after: Table | None

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that it had or has."""
        sides = [side for side in (self.before, self.after) if side]
        return tuple(dict.fromkeys(name for side in sides for name, _ in side.columns))


def read(connection: sqlite3.Connection, store: str) -> Diff:
    """All that differs between the schemas ``base`` and ``main`` of *connection*, from one snapshot."""
    changes: list[Change] = []
    omitted = 0
    with transaction(connection, "BEGIN"):
        (encoding,) = connection.execute("PRAGMA encoding").fetchone()
        changes += diff.compare_items("schema", _schema(connection, "base"), _schema(connection, "main"))
        for pair in _pairs(connection):
            for index, change in enumerate(_row_changes(connection, pair, encoding)):
                if index < SHOWN:
                    changes.append(change)
                else:
                    omitted += 1
    return Diff(store, tuple(sorted(changes, key=lambda change: change.group)), omitted)


def _schema(connection: sqlite3.Connection, schema: Schema) -> dict[str, Image]:
    found: dict[str, Image] = {
        name: {"sql": sql} for name, sql in connection.execute(statements.read("read_schema", schema=schema))
    }
    for setting in SETTINGS:
        (value,) = connection.execute(f"PRAGMA {schema}.{setting}").fetchone()
        found[f"pragma {setting}"] = {"value": str(value)}
    return found


def _pairs(connection: sqlite3.Connection) -> Iterator[Pair]:
    """The tables by name and key: one that got another key is compared as two."""
    before = {(table.name, table.key): table for table in tables.read(connection, "base")}
    after = {(table.name, table.key): table for table in tables.read(connection, "main")}
    for name, key in sorted({*before, *after}):
        yield Pair(name, key, before.get((name, key)), after.get((name, key)))


def _row_changes(connection: sqlite3.Connection, pair: Pair, encoding: str) -> Iterator[Change]:
    width = len(pair.key)
    query = statements.read(
        "read_rows",
        before=_select(pair, pair.before),
        after=_select(pair, pair.after),
        key=", ".join(str(place + 2) for place in range(width)),
    )
    rows: Iterator[tuple[Value, ...]] = connection.execute(query)
    for key, same in groupby(rows, key=lambda row: row[1 : width + 1]):
        sides: tuple[list[Row], list[Row]] = ([], [])
        for is_live, *fields in same:
            sides[bool(is_live)].append(tuple(fields[width:]))
        item = _item(pair.key, key, encoding)
        for before, after in zip_longest(*sides):  # a primary key with a NULL in it is not unique
            yield _change(pair, item, _image(pair, before, encoding), _image(pair, after, encoding))


def _select(pair: Pair, side: Table | None) -> str:
    if side:
        return side.select(pair.columns)
    return f"SELECT {', '.join(['NULL'] * (len(pair.key) + len(pair.columns)))} WHERE FALSE"


def _change(pair: Pair, item: str, before: Image | None, after: Image | None) -> Change:
    kind: Kind = "inserted" if before is None else "deleted" if after is None else "updated"
    return Change(kind, pair.name, item, before, after)


def _image(pair: Pair, row: Row | None, encoding: str) -> Image | None:
    if row is None:
        return None
    present = ((name, value) for name, value in zip(pair.columns, row, strict=True) if value is not None)
    return {name: _text(value, encoding) for name, value in present}


def _item(key: Sequence[str], values: Sequence[Value], encoding: str) -> str:
    return ", ".join(f"{name}={_text(value, encoding) or 'NULL'}" for name, value in zip(key, values, strict=True))


def _text(value: Value, encoding: str) -> str | None:
    """The value as a literal, so that 1, 1.0 and '1' differ; ``None`` for SQL's NULL."""
    if isinstance(value, bytes):
        text = value.decode(encoding, "backslashreplace").replace("'", "''")
        return f"'{text}'"
    return None if value == "NULL" else str(value)
