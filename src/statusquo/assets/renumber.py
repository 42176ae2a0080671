"""New primary keys for rows, and every reference to them following. Pure.

Rows that share their key through inheritance, or through a key that is a reference, are renumbered in lockstep.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from statusquo.assets import references, rewriting
from statusquo.assets.dataset import Dataset, Json, Record
from statusquo.assets.references import Reference
from statusquo.assets.schema import Model
from statusquo.core import graph
from statusquo.core.errors import DatasetError

Numbers = Mapping[int, int]
"""New keys by old ones; the others stay."""


def keys(dataset: Dataset, model: str) -> tuple[int, ...]:
    """The numeric keys that rows of a model, or of those that share its keys, have; sorted."""
    family = dataset.schema.family(model)
    found = {record.pk for record in dataset.records if dataset.schema.family(record.model) == family}
    return tuple(sorted(pk for pk in found if isinstance(pk, int)))


def consecutive(dataset: Dataset, model: str, start: int) -> Numbers:
    """The keys in their order, numbered from *start* without gaps."""
    return {old: new for new, old in enumerate(keys(dataset, model), start) if old != new}


def avoiding(dataset: Dataset, model: str, taken: Collection[int]) -> Numbers:
    """New keys, above all there are, for those that are *taken* elsewhere."""
    have = keys(dataset, model)
    free = max((*have, *taken), default=0) + 1
    return {old: new for new, old in enumerate((pk for pk in have if pk in set(taken)), free)}


def apply(dataset: Dataset, model: str, numbers: Numbers) -> Dataset:
    """The dataset with new keys for a model, and all references to them: keys, lists, generic ones, inherited keys.

    Raises DatasetError if two rows would get one key, or if a model's references are not known.
    """
    _check(dataset, model, numbers)
    family = dataset.schema.family(model)
    new: dict[int, list[tuple[Reference, Json]]] = {}
    for each in references.edges(dataset):
        is_key = not each.is_natural and _is_key(dataset, each.model, each.to_field)
        if is_key and dataset.schema.family(each.model) == family:
            new.setdefault(id(each.source), []).append((each, _value(each.value, numbers)))
    return dataset.having(
        _record(record, dataset.schema.models[record.model], numbers, new.get(id(record), []), own=own)
        for record in dataset.records
        for own in (dataset.schema.family(record.model) == family,)
    )


def _record(
    record: Record, model: Model, numbers: Numbers, new: Collection[tuple[Reference, Json]], *, own: bool
) -> Record:
    moved = rewriting.put(record, model, new) if new else record
    return replace(moved, pk=_value(record.pk, numbers)) if own and len(model.pk) == 1 else moved


def _value(value: Json, numbers: Numbers) -> Json:
    match value:
        case int() if not isinstance(value, bool):
            return numbers.get(value, value)
        case str() if value.isascii() and value.isdecimal() and str(int(value)) == value:
            return str(numbers.get(int(value), int(value)))
        case _:
            return value


def _is_key(dataset: Dataset, label: str, to_field: str) -> bool:
    model = dataset.schema.get(label)
    return not to_field or (model is not None and model.pk == (to_field,))


def _check(dataset: Dataset, model: str, numbers: Numbers) -> None:
    unknown = [label for label in (model, *dataset.counts) if dataset.schema.get(label) is None]
    if model in unknown and dataset.counts and model not in dataset.counts:
        raise DatasetError(f"There are no rows of {model!r}.", next=graph.did_you_mean(model, dataset.counts))
    if unknown:
        raise DatasetError(
            f"{unknown[0]}: what its rows refer to is not known.",
            why="A key that changes would leave references behind.",
            next="The facts of the models come with a lock: dump the data again.",
        )
    after = [numbers.get(pk, pk) for pk in keys(dataset, model)]
    twice = next((pk for pk in after if after.count(pk) > 1), None)
    if twice is not None:
        raise DatasetError(f"{model}: two rows would have the key {twice}.", next="Give one of them another number.")
