"""What makes a row the same row: its label, else its unique key where its model has one, else its primary key. Pure.

A primary key alone is no identity: two people who add a row each give it the next number, and SQLite gives a deleted
row's number to the next one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from statusquo.assets import references, values
from statusquo.assets.dataset import Dataset, Json, Record
from statusquo.assets.references import Index
from statusquo.assets.schema import Model

Identity = tuple[str, str]
"""A model and what tells its rows apart, as text."""


def key_fields(model: Model | None) -> tuple[str, ...]:
    """The fields that tell rows apart without the primary key: the natural key, else the smallest unique set without
    empty values; nothing if there is none."""
    if model is None:
        return ()
    if model.natural:
        return model.natural
    filled = [names for names in model.unique if all(_is_filled(model, name) for name in names)]
    return min(filled, key=len, default=())


@dataclass(frozen=True, slots=True)
class Identities:
    """The identities of the rows of one dataset."""

    index: Index

    def of(self, record: Record) -> Identity:
        """The identity of a row, the same in every dataset that has the row, whatever its number there."""
        return self._of(record, ())

    def _of(self, record: Record, above: tuple[Record, ...]) -> Identity:
        if record.label:
            return record.model, values.compact(["label", record.label])
        model = self.index.schema.get(record.model)
        names = key_fields(model)
        if model is None or not names or record in above or not all(name in record.fields for name in names):
            return self._by_pk(record, model, above)
        targets = {each.field: each for each in references.of_record(record, model) if not each.is_many}
        parts: list[Json] = []
        for name in names:
            target = self.index.resolve(targets[name]) if name in targets else None
            parts.append(list(self._of(target, (*above, record))) if target else record.fields[name])
        return record.model, values.compact(["key", *parts])

    def _by_pk(self, record: Record, model: Model | None, above: tuple[Record, ...]) -> Identity:
        """A row that shares the key of another is told apart as that other is."""
        if model is not None and record not in above:
            shared = next((each for each in references.of_record(record, model) if each.field == "pk"), None)
            target = self.index.resolve(shared) if shared and len(model.pk) == 1 else None
            if target and target.model != record.model:
                return record.model, values.compact(["of", *self._of(target, (*above, record))])
        if record.pk is None:
            return record.model, values.compact(["row", dict(record.fields)])
        return record.model, values.compact(["pk", references.key_text(record.pk)])


def identities(dataset: Dataset) -> Identities:
    """The identities of a dataset's rows."""
    return Identities(references.index(dataset))


def by_identity(dataset: Dataset) -> Mapping[Identity, tuple[Record, ...]]:
    """The records of a dataset by identity; more than one where a key that should be unique is not."""
    known = identities(dataset)
    found: dict[Identity, tuple[Record, ...]] = {}
    for record in dataset.records:
        identity = known.of(record)
        found[identity] = (*found.get(identity, ()), record)
    return found


def _is_filled(model: Model, name: str) -> bool:
    field = model.field(name)
    return field is not None and not field.null
