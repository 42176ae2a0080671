"""The one form of a dataset: order of models, rows and lists, spelling of values. Pure.

Models go by label, because an order by dependency moves whenever a reference is added; ``loadable`` is for those who
load natural keys with stock ``loaddata``. What depends on knowing a field (a list of targets, a moment) is left as it
is where the schema does not know it. ``files`` and ``sidecar`` call this.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from statusquo.assets import moments, values
from statusquo.assets.dataset import Dataset, Json, Record
from statusquo.assets.schema import Field, Model, Schema

RowKey = tuple[object, ...]


def arrange(dataset: Dataset) -> Dataset:
    """The dataset in its one form; the same whatever order the records came in, and a second time no change."""
    rank = {label: at for at, label in enumerate(models(dataset))}
    records = [spell(record, dataset.schema.get(record.model)) for record in dataset.records]
    return dataset.having(
        sorted(records, key=lambda record: (rank[record.model], *row_key(record, dataset.schema.get(record.model))))
    )


def spell(record: Record, model: Model | None) -> Record:
    """The record with its values in their one spelling."""
    if model is None:
        return record
    fields = {name: _spell(value, model, name) for name, value in record.fields.items()}
    pk = _spell(record.pk, model, model.pk[0]) if len(model.pk) == 1 else record.pk
    return replace(record, pk=pk, fields=fields)


def row_key(record: Record, model: Model | None) -> RowKey:
    """What rows of one model are sorted by: key, else natural key, then all they hold."""
    natural: list[Json] = [record.fields.get(name) for name in model.natural] if model else []
    content = values.compact(dict(record.fields))
    return (*sortable(record.pk), *sortable(natural if record.pk is None else None), content)


def models(dataset: Dataset) -> tuple[str, ...]:
    """The labels of the dataset's models, in the order of its files."""
    labels = sorted({record.model for record in dataset.records})
    return tuple(labels) if dataset.order == "alphabetical" else loadable(labels, dataset.schema)


def loadable(labels: Iterable[str], schema: Schema) -> tuple[str, ...]:
    """Each label after those it refers to, the smallest that is ready first; a cycle gives way at its smallest."""
    left = sorted(labels)
    placed: list[str] = []
    while left:
        ready = (label for label in left if not _targets(label, schema) & (set(left) - {label}))
        label = next(ready, left[0])
        left.remove(label)
        placed.append(label)
    return tuple(placed)


def _targets(label: str, schema: Schema) -> set[str]:
    model = schema.get(label)
    if model is None:
        return set()
    return {each.to for each in model.fields if each.to} | {each.to for each in model.many}


def sortable(value: Json) -> RowKey:
    """What values are sorted by: nothing before numbers before text before lists, so that any can be compared."""
    match value:
        case None:
            return (0, 0, "")
        case bool() | int() | float():
            return (1, value, "")
        case str():
            return (2, 0, value)
        case list():
            return (3, tuple(sortable(each) for each in value), "")
        case _:
            return (4, 0, values.compact(value))


def _spell(value: Json, model: Model, name: str) -> Json:
    if model.many_field(name):
        return sorted(value, key=sortable) if isinstance(value, list) else value
    field = model.field(name)
    return value if field is None or field.to else _plain(value, field)


def _plain(value: Json, field: Field) -> Json:
    match field.kind, value:
        case "datetime", str():
            return moments.canonical(value)
        case "uuid", str():
            return _uuid(value)
        case "decimal", int() | float() if not isinstance(value, bool):
            return str(value)
        case "integer", str() if value.lstrip("-").isdecimal() and len(value) < _DIGITS:
            return int(value)
        case "text" | "file", int() if not isinstance(value, bool):
            return str(value)
        case _:
            return value


_DIGITS = 40
"""More is no key or count of any database."""


def _uuid(value: str) -> str:
    try:
        return str(UUID(value))
    except ValueError:
        return value
