"""The rows of the project's own databases, read by the project's own connection: what a transaction of it sees.

Models give the values, so that fields which only the project can read are written as ``dumpdata`` writes them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import Error, connections, transaction

from statusquo.core import rows
from statusquo.core.errors import StoreError
from statusquo.core.rows import Column, Json, Rows, Table


@contextmanager
def reading(apps: Any, alias: str) -> Iterator[Rows]:
    """The rows of a database as a registry's models see them, in one transaction that only reads.

    In a transaction that has begun already it is that one.
    """
    connection = connections[alias]
    is_first = not connection.in_atomic_block
    with transaction.atomic(using=alias):
        if is_first and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield ModelRows(apps, alias)


class ModelRows:
    """Reads by the models of a registry, through tables of many-to-many fields among them."""

    def __init__(self, apps: Any, alias: str) -> None:
        self._alias = alias
        models = apps.get_models(include_auto_created=True)
        self._models = {each._meta.db_table: each for each in models if not each._meta.proxy}

    def tables(self) -> frozenset[str]:
        """The names of all tables, views not among them."""
        return frozenset(connections[self._alias].introspection.table_names())

    def read(self, table: Table) -> Iterator[tuple[Json, ...]]:
        """The rows of a table, with one statement, ordered by its key. Raises StoreError."""
        model = self._models.get(table.name)
        if model is None:
            yield from self._without_model(table)
            return
        by_column = {each.column: each for each in model._meta.local_concrete_fields}
        fields = [by_column[column.name] for column in table.columns]
        readers = [_reader(field, column) for field, column in zip(fields, table.columns, strict=True)]
        found = model._base_manager.using(self._alias).order_by(*(by_column[name].attname for name in table.key))
        try:
            for row in found.values_list(*(each.attname for each in fields)).iterator():
                yield tuple(read(value) for read, value in zip(readers, row, strict=True))
        except Error as error:
            raise StoreError(f'Table "{table.name}" cannot be read.', evidence=str(error)) from error

    def _without_model(self, table: Table) -> Iterator[tuple[Json, ...]]:
        connection = connections[self._alias]
        columns, key = (", ".join(map(connection.ops.quote_name, names)) for names in (_names(table), table.key))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {columns} FROM {connection.ops.quote_name(table.name)} ORDER BY {key}")  # noqa: S608 - they are quoted
            found = cursor.fetchall()
        yield from (tuple(map(rows.plain, row)) for row in found)


def _names(table: Table) -> list[str]:
    return [each.name for each in table.columns]


def _reader(field: Any, column: Column) -> Callable[[object], Json]:
    if column.kind == "json":
        return lambda value: json.loads(json.dumps(value, cls=field.encoder, default=str))
    if column.kind != "other":
        return rows.plain
    if field.remote_field:
        return _reader(field.target_field, column)

    def written(value: object) -> Json:
        holder = field.model()
        setattr(holder, field.attname, value)
        return None if value is None else rows.plain(field.value_to_string(holder))

    return written
