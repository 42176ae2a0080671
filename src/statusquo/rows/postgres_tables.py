"""What a PostgreSQL database says of its own tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from itertools import groupby
from typing import Any

from psycopg import Connection
from psycopg.rows import TupleRow

from statusquo.core.definitions import ColumnDefinition, ForeignKey, TableDefinition
from statusquo.core.rows import Kind

_HEADER = 4
"""What a type's modifier has before a length, or before the places of a number."""
_SMALL, _MIDDLE, _LARGE = 2**15, 2**31, 2**63
_RANGES = {"int2": _SMALL, "int4": _MIDDLE, "int8": _LARGE}
_KINDS: Mapping[str, Kind] = {
    "int2": "integer",
    "int4": "integer",
    "int8": "integer",
    "text": "text",
    "varchar": "text",
    "bpchar": "text",
    "citext": "text",
    "bool": "boolean",
    "float4": "float",
    "float8": "float",
    "numeric": "decimal",
    "date": "date",
    "timestamp": "datetime",
    "timestamptz": "datetime",
    "time": "time",
    "uuid": "uuid",
    "json": "json",
    "jsonb": "json",
    "bytea": "binary",
}
"""An interval is not among them: what it says of months, a duration cannot."""
_LISTED = frozenset({"integer", "text", "boolean", "float", "decimal", "date", "datetime", "time", "uuid"})
"""Kinds whose values stand in a list as they stand alone."""
_NOW = ("now()", "CURRENT_TIMESTAMP", "CURRENT_DATE", "LOCALTIMESTAMP", "clock_timestamp()", "statement_timestamp()")


def read(connection: Connection[TupleRow]) -> tuple[TableDefinition, ...]:
    """The tables that people made, by schema and name. Raises the driver's error."""
    sets: dict[tuple[str, str], list[TupleRow]] = {}
    for found in connection.execute(_statement("keys")):
        sets.setdefault((found[1], found[2]), []).append(found)
    columns = connection.execute(_statement("columns")).fetchall()
    return tuple(
        _table(schema, name, list(rows), sets.get((schema, name), ()))
        for (schema, name), rows in groupby(columns, key=lambda row: (row[0], row[1]))
    )


def _table(schema: str, name: str, rows: Sequence[TupleRow], sets: Sequence[TupleRow]) -> TableDefinition:
    is_visible = rows[0][2]
    return TableDefinition(
        schema,
        name,
        name if is_visible else f'{schema}"."{name}',
        tuple(_column(*row[3:]) for row in rows),
        key=next((tuple(each[3]) for each in sets if each[0] == "key"), ()),
        unique=tuple(tuple(each[3]) for each in sets if each[0] == "unique"),
        references=tuple(_references(sets)),
    )


def _references(sets: Sequence[TupleRow]) -> Iterator[ForeignKey]:
    for what, _, _, columns, schema, table, targets, is_deferred in sets:
        if what == "reference":
            yield ForeignKey(tuple(columns), schema, table, tuple(targets), is_deferred)


def _column(name: str, *found: Any) -> ColumnDefinition:
    type_name, is_array, modifier, null, filled, generated, choices = found
    own: Kind = "text" if choices and not is_array else _KINDS.get(type_name, "literal")
    kind: Kind = own if not is_array else "array" if own in _LISTED else "literal"
    reach = _RANGES.get(type_name) if kind == "integer" else None
    return ColumnDefinition(
        name,
        kind,
        null=null,
        has_default=filled is not None,
        is_now=str(filled).startswith(_NOW),
        generated=generated,
        max_length=modifier - _HEADER if kind == "text" and modifier > _HEADER else 0,
        places=(modifier - _HEADER) & 0x7FF if kind == "decimal" and modifier > _HEADER else 0,
        zone="UTC" if type_name == "timestamp" and kind == "datetime" else "",
        minimum=-reach if reach else None,
        maximum=reach - 1 if reach else None,
        choices=tuple(choices),
    )


def _statement(name: str) -> bytes:
    return (resources.files(__package__) / "sql" / f"{name}.sql").read_bytes()
