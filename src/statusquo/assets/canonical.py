"""The one form of a dataset: order of models, rows and lists, spelling of values. Pure.

Models go by label, because an order by dependency moves whenever a reference is added; ``loadable`` is for those who
load natural keys with stock ``loaddata``. What depends on knowing a field (a list of targets, a moment) is left as it
is where the schema does not know it. ``files`` and ``sidecar`` call this.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import Context, Decimal, InvalidOperation
from functools import partial
from operator import is_
from uuid import UUID

from statusquo.assets import moments, values
from statusquo.assets.dataset import Dataset, Json, Record
from statusquo.assets.schema import Field, Model, Schema

RowKey = tuple[object, ...]
_Ways = Mapping[str, Callable[[Json], Json]]
_SPELT = ("datetime", "uuid", "decimal", "integer", "text", "file")


def arrange(dataset: Dataset) -> Dataset:
    """The dataset in its one form; the same whatever order the records came in, and a second time no change."""
    rank = {label: at for at, label in enumerate(models(dataset))}
    ways = {label: _ways(dataset.schema.get(label)) for label in rank}
    records = [_spelt(record, ways[record.model]) for record in dataset.records]
    names = _names(records, dataset.schema)
    keys = Counter((record.model, sortable(names.get(id(record), record.pk))) for record in records)

    def order(record: Record) -> RowKey:
        key = sortable(names.get(id(record), record.pk))
        is_enough = key != sortable(None) and keys[record.model, key] == 1
        return (rank[record.model], *(key if is_enough else row_key(record, dataset.schema.get(record.model))))

    return dataset.having(sorted(records, key=order))


def _names(records: Iterable[Record], schema: Schema) -> dict[int, str]:
    """What rows are called in files: by their label, or that of the row whose key they share."""
    labels = {(schema.family(each.model), str(each.pk)): each.label for each in records if each.label}
    if not labels:
        return {}
    named = ((each, each.label or labels.get((schema.family(each.model), str(each.pk)))) for each in records)
    return {id(each): name for each, name in named if name}


def spell(record: Record, model: Model | None) -> Record:
    """The record with its values in their one spelling."""
    return _spelt(record, _ways(model))


def _spelt(record: Record, ways: _Ways) -> Record:
    if not ways:
        return record
    fields = {name: ways[name](value) if name in ways else value for name, value in record.fields.items()}
    pk = ways["pk"](record.pk) if "pk" in ways else record.pk
    if all(map(is_, fields.values(), record.fields.values())) and pk is record.pk:
        return record
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
    return {each.to for each in model.fields if each.to} | {each.to for each in model.many} | set(model.after)


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


def _ways(model: Model | None) -> _Ways:
    """How values of a model are spelt: by field, those that have more than one spelling; ``pk`` for the key."""
    ways: dict[str, Callable[[Json], Json]] = {}
    for field in model.fields if model else ():
        if field.kind in _SPELT and not field.to:
            ways[field.name] = partial(_plain, field)
    if model and len(model.pk) == 1 and model.pk[0] in ways:
        ways["pk"] = ways[model.pk[0]]
    return ways | {each.name: _sorted for each in (model.many if model else ())}


def _sorted(value: Json) -> Json:
    return sorted(value, key=sortable) if isinstance(value, list) else value


def _plain(field: Field, value: Json) -> Json:
    match field.kind, value:
        case "datetime", str():
            return moments.canonical(value)
        case "uuid", str():
            return _uuid(value)
        case "decimal", str() | int() | float() if not isinstance(value, bool):
            return _decimal(str(value), field.places)
        case "integer", str() if value.lstrip("-").isdecimal() and len(value) < _DIGITS:
            return int(value)
        case "text" | "file", int() if not isinstance(value, bool):
            return str(value)
        case _:
            return value


_DIGITS = 40
"""More is no key or count of any database."""


def _decimal(value: str, places: int) -> str:
    """With as many digits behind the point as its column has, or those that it has already."""
    if len(value.partition(".")[2]) >= places:
        return value
    try:
        number = Decimal(value)
        exponent = number.as_tuple().exponent
    except InvalidOperation:
        return value
    is_short = isinstance(exponent, int) and -places < exponent <= 0
    exact = Context(prec=len(value) + places)
    return format(number.quantize(Decimal(1).scaleb(-places), context=exact), "f") if is_short else value


def _uuid(value: str) -> str:
    try:
        return str(UUID(value))
    except ValueError:
        return value
