"""What a SQLite database says of its own tables. A column's declared type says what its values are meant to be.

Moments are not among those: SQLite has no type for them, so they are taken as they are written there.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from statusquo.core.definitions import ColumnDefinition, ForeignKey, TableDefinition
from statusquo.core.rows import Kind

SCHEMA = "public"
"""SQLite has one schema, which is called here as PostgreSQL's first one is: the same data then fit both."""
_TABLES = "SELECT name, sql LIKE 'CREATE VIRTUAL%' FROM sqlite_master WHERE type = 'table' ORDER BY name"
_COLUMNS = 'SELECT name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo(?) ORDER BY cid'
_REFERENCES = 'SELECT id, "table", "from", "to" FROM pragma_foreign_key_list(?) ORDER BY id, seq'
_UNIQUE = "SELECT name FROM pragma_index_list(?) WHERE \"unique\" AND NOT partial AND origin <> 'pk' ORDER BY name"
_PARTS = "SELECT name FROM pragma_index_info(?) ORDER BY seqno"
_GENERATED = (2, 3)
_DECLARED = re.compile(r"\s*([^(]*?)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?\s*")
_INTEGERS = {"INT", "INTEGER", "TINYINT", "SMALLINT", "MEDIUMINT", "BIGINT", "INT2", "INT4", "INT8"}
_KINDS: Sequence[tuple[str, Kind]] = (
    ("BOOL", "boolean"),
    ("JSON", "json"),
    ("CHAR", "text"),
    ("CLOB", "text"),
    ("TEXT", "text"),
    ("BLOB", "binary"),
    ("BINARY", "binary"),
    ("REAL", "float"),
    ("DOUB", "float"),
    ("FLOA", "float"),
)
"""Of the words that SQLite itself looks for in a type, and a few that drivers know, the first that is in it."""


def read(connection: sqlite3.Connection) -> tuple[TableDefinition, ...]:
    """The tables that people made, by name. Raises sqlite3.Error."""
    found = connection.execute(_TABLES).fetchall()
    virtual = tuple(f"{name}_" for name, is_virtual in found if is_virtual)
    return tuple(
        _table(connection, name)
        for name, is_virtual in found
        if not is_virtual and not name.startswith(("sqlite_", *virtual))
    )


def _table(connection: sqlite3.Connection, name: str) -> TableDefinition:
    columns = connection.execute(_COLUMNS, (name,)).fetchall()
    keyed = sorted((place, column) for column, _, _, _, place, _ in columns if place)
    unique = [
        tuple(part for (part,) in connection.execute(_PARTS, (index,)))
        for (index,) in connection.execute(_UNIQUE, (name,)).fetchall()
    ]
    return TableDefinition(
        SCHEMA,
        name,
        name,
        tuple(map(_column, columns)),
        key=tuple(column for _, column in keyed),
        unique=tuple(each for each in unique if None not in each),
        references=tuple(_references(connection, name)),
    )


def _references(connection: sqlite3.Connection, name: str) -> Iterator[ForeignKey]:
    found = connection.execute(_REFERENCES, (name,)).fetchall()
    for _, group in groupby(found, key=lambda row: row[0]):
        rows = list(group)
        targets = tuple(target for _, _, _, target in rows if target is not None)
        yield ForeignKey(tuple(own for _, _, own, _ in rows), SCHEMA, rows[0][1], targets, is_deferred=True)


def _column(row: Sequence[Any]) -> ColumnDefinition:
    name, declared, is_needed, filled, place, hidden = row
    kind, length, places = _declared(declared)
    return ColumnDefinition(
        name,
        kind,
        null=not is_needed and not place,
        has_default=filled is not None or (place > 0 and kind == "integer"),
        is_now=str(filled).upper().startswith("CURRENT_"),
        generated=hidden in _GENERATED,
        max_length=length if kind == "text" else 0,
        places=places,
    )


def _declared(text: str) -> tuple[Kind, int, int]:
    """The kind of a declared type, how long it may be, and how many digits it has behind the point."""
    match = _DECLARED.fullmatch(text.upper())
    word, first, second = match.groups() if match else (text.upper(), None, None)
    if _INTEGERS & set(word.split()):
        return "integer", 0, 0
    if word in {"DECIMAL", "NUMERIC"} and second:
        return "decimal", 0, int(second)
    kind: Kind = next((kind for part, kind in _KINDS if part in word), "literal")
    return kind, int(first or 0), 0
