"""Rows with names: ``"label": "admin1"`` in place of a key, and ``"@admin1"`` in fields that refer to the row. Pure.

Files have labels; everything behind them sees rows with keys, which know what they are called. ``resolve`` is the way
in, for whoever reads files; ``writing`` the way out. The lock remembers which number a label has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from statusquo.assets import compare
from statusquo.assets.dataset import Dataset, Record
from statusquo.assets.labelling import names
from statusquo.assets.labelling.names import LabelError
from statusquo.assets.labelling.numbering import How, Numbering, Numbers
from statusquo.assets.labelling.resolving import Resolving
from statusquo.assets.labelling.spelling import Spelling

__all__ = ["How", "LabelError", "Numbers", "carried", "numbers", "resolve", "without", "writing"]

Write = Callable[[Iterable[Record]], str]


def resolve(dataset: Dataset, numbers: Numbers | None = None, how: How = "next") -> Dataset:
    """The dataset with keys in place of labels; the rows still know theirs.

    Where no row has a label ``@`` means nothing, and without facts nobody knows which fields refer to rows: such data
    stay as they are. Raises DatasetError for a label that no row has, that two have, or that cannot have a key.
    """
    if not dataset.schema.models or not any(record.label for record in dataset.records):
        return dataset
    _refuse_twice(dataset)
    numbered = dataset.having(Numbering(dataset, numbers or {}, how).run())
    return numbered.having(Resolving(numbered).run())


def numbers(dataset: Dataset) -> dict[str, dict[str, int]]:
    """The numbers that labels have, for the lock; keys that are no numbers stand with their rows."""
    found: dict[str, dict[str, int]] = {}
    for record in dataset.records:
        if record.label and isinstance(record.pk, int) and not names.shares(record, dataset.schema):
            found.setdefault(record.model, {})[record.label] = record.pk
    return {model: dict(sorted(known.items())) for model, known in sorted(found.items())}


def writing(dataset: Dataset, write: Write) -> Write:
    """What writes rows of the dataset as files have them: with labels in place of keys."""
    if not dataset.schema.models or not any(record.label for record in dataset.records):
        return write
    spelling = Spelling(dataset)
    return lambda records: write(spelling.record(each) for each in records)


def without(dataset: Dataset) -> Dataset:
    """The dataset with keys alone, as Django's ``loaddata`` knows them."""
    return dataset.having(replace(each, label="") for each in dataset.records)


def carried(now: Dataset, before: Dataset) -> Dataset:
    """The rows as they are *now*, each called what the same row was called *before*."""
    old = replace(without(before), schema=now.schema)
    names = {id(bare): named.label for bare, named in zip(old.records, before.records, strict=True) if named.label}
    found = {id(two): names.get(id(one), "") for one, two in compare.pairs(old, now) if one and two} if names else {}
    return now.having(replace(each, label=found.get(id(each), "")) for each in now.records) if names else now


def _refuse_twice(dataset: Dataset) -> None:
    seen: dict[tuple[str, str], Record] = {}
    for record in dataset.records:
        other = seen.setdefault((record.model, record.label), record) if record.label else record
        if other is not record:
            what = f"{record.place}: {record.subject} is there already, at {other.place}."
            raise LabelError(what, rule="F002", next="Call one of them something else.")
