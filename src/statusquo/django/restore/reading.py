"""Reads all rows of a database in a form in which they can be written again, a query for each table; for ``rows``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper

from statusquo.django.restore import mysql
from statusquo.django.restore.picture import Picture, Table

Expressions = Mapping[str, str]
"""The columns of a table, and how each is read: drivers do not write all that they read."""

POSTGRES_COLUMNS = """
    SELECT c.relname, array_remove(array_agg(a.attname::text ORDER BY a.attnum), NULL)
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname <> 'statusquo'
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE pg_catalog.pg_table_is_visible(c.oid)
    GROUP BY c.oid, c.relname
"""
"""Of all tables at once that are seen without a schema's name, save our journal: a role of its name does see that."""


def read(connection: BaseDatabaseWrapper) -> Picture:
    """What all tables hold that the connection sees without a schema's name."""
    computed = _computed()
    with connection.cursor() as cursor:
        names: list[str] = connection.introspection.table_names(cursor)
        known = _expressions(connection, cursor, names)
        counters = mysql.read_counters(connection, cursor) if connection.vendor == "mysql" else {}
        tables = {name: _without(computed.get(name, set()), known[name]) for name in names if name in known}
        return {
            name: Table(tuple(columns), _read(connection, cursor, name, columns), counters.get(name))
            for name, columns in tables.items()
        }


def _expressions(connection: BaseDatabaseWrapper, cursor: Any, names: Sequence[str]) -> Mapping[str, Expressions]:
    quote = connection.ops.quote_name
    if connection.vendor == "mysql":
        return mysql.read_expressions(connection, cursor)
    if connection.vendor == "postgresql":  # it reads all types from text
        cursor.execute(POSTGRES_COLUMNS)
        return {name: {each: f"{quote(each)}::text" for each in columns} for name, columns in cursor.fetchall()}
    sign = "+" if connection.vendor == "sqlite" else ""  # an expression has no type by which Django would convert
    known: dict[str, Expressions] = {}
    for name in names:
        cursor.execute(f"SELECT * FROM {quote(name)} WHERE 1 = 0")
        known[name] = {column[0]: f"{sign}{quote(column[0])}" for column in cursor.description}
    return known


def _without(computed: set[str], columns: Expressions) -> Expressions:
    return {name: expression for name, expression in columns.items() if name not in computed}


def _read(
    connection: BaseDatabaseWrapper, cursor: Any, name: str, columns: Expressions
) -> tuple[tuple[object, ...], ...]:
    cursor.execute(f"SELECT {', '.join(columns.values())} FROM {connection.ops.quote_name(name)}")
    return tuple(map(tuple, cursor.fetchall()))


def _computed() -> dict[str, set[str]]:
    """By table, the columns that the database computes, as far as models tell."""
    computed: dict[str, set[str]] = {}
    for model in apps.get_models():
        fields = (field for field in model._meta.local_concrete_fields if getattr(field, "generated", False))
        computed.setdefault(model._meta.db_table, set()).update(field.column for field in fields)
    return computed
