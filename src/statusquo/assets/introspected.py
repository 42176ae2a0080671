"""Models made of a database's own tables, for stacks where no framework says what the models are. Pure.

A table is a model, its label ``schema.table``; a column is a field, by its own name. Two tables that differ in capitals
or signs alone have no labels of their own, and are refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from statusquo.assets import schema
from statusquo.assets.schema import Field, Model, Schema
from statusquo.assets.sidecar import Lock
from statusquo.core.definitions import ColumnDefinition, DescribedRows, ForeignKey, TableDefinition
from statusquo.core.errors import DatasetError

KEYLESS = "its rows have no key, so that nothing tells them apart"
_RECORD = "django_migrations"
"""The table that says: ask the project."""
_Names = Mapping[tuple[str, str], str]


def is_wanted(lock: Lock | None, tables: Collection[str]) -> bool:
    """True if the tables themselves say what the models are: the *lock* of the data is of such a database, or there is
    none and no framework has left its record among the *tables*."""
    if lock is not None and lock.schema.models:
        return lock.facts == "database"
    return _RECORD not in tables


def schema_of(rows: DescribedRows) -> Schema:
    """The models of a database. Raises StoreError, DatasetError."""
    return lock(rows.definitions()).schema


def lock(definitions: Sequence[TableDefinition]) -> Lock:
    """What a lock says of a database with these tables. Raises DatasetError."""
    labels = _labels(definitions)
    by_name = {(each.schema, each.name): each for each in definitions}
    keyed = [each for each in definitions if _key(each)]
    return Lock(
        "",
        {},
        facts="database",
        schema=schema.of(*(_model(each, labels, by_name) for each in keyed)),
        excluded={labels[each.schema, each.name]: KEYLESS for each in definitions if not _key(each)},
    )


def _labels(definitions: Sequence[TableDefinition]) -> dict[tuple[str, str], str]:
    found: dict[str, tuple[str, str]] = {}
    for each in definitions:
        label = f"{_word(each.schema)}.{_word(each.name).lower()}"
        other = found.setdefault(label, (each.schema, each.name))
        if other != (each.schema, each.name):
            raise DatasetError(
                f'The tables "{other[1]}" and "{each.name}" would both be called {label}.', next="Rename one of them."
            )
    return {table: label for label, table in found.items()}


def _word(name: str) -> str:
    word = re.sub(r"\W", "_", name)
    return word if word[:1].isidentifier() else f"_{word}"


def _key(table: TableDefinition) -> tuple[str, ...]:
    """The primary key, else the smallest unique set whose columns are never empty."""
    filled = {each.name for each in table.columns if not each.null}
    return table.key or min((each for each in table.unique if filled.issuperset(each)), key=len, default=())


def _model(table: TableDefinition, labels: _Names, by_name: Mapping[tuple[str, str], TableDefinition]) -> Model:
    references = {each.columns[0]: each for each in table.references if len(each.columns) == 1}
    key = _key(table)
    return Model(
        labels[table.schema, table.name],
        table=table.path,
        pk=key,
        fields=tuple(_field(each, references.get(each.name), labels, by_name) for each in table.columns),
        unique=tuple(dict.fromkeys(each for each in table.unique if set(each) != set(key))),
        after=tuple(sorted(_after(table, labels))),
    )


def _after(table: TableDefinition, labels: _Names) -> set[str]:
    """The models that references of several columns go to, as far as the database looks for them at once."""
    several = (each for each in table.references if len(each.columns) > 1 and not each.is_deferred)
    targets = {(each.schema, each.table) for each in several} - {(table.schema, table.name)}
    return {labels[target] for target in targets if target in labels}


def _field(
    column: ColumnDefinition,
    reference: ForeignKey | None,
    labels: _Names,
    by_name: Mapping[tuple[str, str], TableDefinition],
) -> Field:
    to = labels.get((reference.schema, reference.table), "") if reference else ""
    target = by_name.get((reference.schema, reference.table)) if reference else None
    to_field = reference.targets[0] if reference and reference.targets and to else ""
    return Field(
        column.name,
        column.kind,
        null=column.null,
        optional=column.has_default,
        to=to,
        to_field="" if target is None or (to_field,) == _key(target) else to_field,
        deferrable=reference is None or reference.is_deferred,
        auto="now_add" if column.is_now else "",
        generated=column.generated,
        choices=column.choices,
        max_length=column.max_length,
        places=column.places,
        zone=column.zone,
        minimum=column.minimum,
        maximum=column.maximum,
    )
