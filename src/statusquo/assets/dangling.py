"""Taking references to nothing away: out of a list, to empty, or with the row that cannot be without. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from statusquo.assets import references, rewriting
from statusquo.assets.dataset import Dataset, Record
from statusquo.assets.references import Reference
from statusquo.assets.schema import Schema


def without(dataset: Dataset, gone: Iterable[Reference]) -> Dataset:
    """The dataset without some references; a row that cannot be without one goes."""
    due: dict[int, list[Reference]] = {}
    for each in gone:
        due.setdefault(id(each.source), []).append(each)
    pruned = (_without(record, dataset.schema, due.get(id(record), [])) for record in dataset.records)
    return dataset.having(record for record in pruned if record)


def prune(dataset: Dataset, provided: Collection[str] = ()) -> Dataset:
    """The dataset without what refers to nothing, nor what referred to rows that go for it."""
    while gone := references.dangling(dataset, provided):
        dataset = without(dataset, gone)
    return dataset


def _without(record: Record, schema: Schema, gone: Collection[Reference]) -> Record | None:
    if any(not each.is_nullable for each in gone):
        return None
    return rewriting.drop(record, schema.models[record.model], gone) if gone else record
