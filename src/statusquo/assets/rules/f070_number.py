"""F070: keys that do not fit their column, that lie in a reserved range, or that leave wide gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from statusquo.assets.dataset import Record
from statusquo.assets.rule import Rule, Subject, finding
from statusquo.assets.schema import Model
from statusquo.core.finding import Finding

_SPARSE = 1000
"""Numbers for each row, from which on it looks as if most of a database had been cut away."""


def check(subject: Subject) -> Iterator[Finding]:
    """A finding for each such key, one for the gaps of a model."""
    for label, records in subject.dataset.by_model().items():
        yield from _check(records, subject.dataset.schema.get(label), subject.settings.reserved)


def _check(records: Sequence[Record], model: Model | None, reserved: int) -> Iterator[Finding]:
    key = model.field(model.pk[0]) if model and len(model.pk) == 1 else None
    numbers = [record.pk for record in records if isinstance(record.pk, int)]
    for record in records:
        if not isinstance(record.pk, int):
            continue
        if key and key.maximum is not None and record.pk > key.maximum:
            yield finding("F070", "error", record, f"is more than its column holds, {key.maximum}.")
        elif record.pk < reserved:
            yield finding("F070", "warning", record, f"is below {reserved}, the first number for test data.")
    if numbers and max(numbers) > _SPARSE * len(numbers):
        message = f"is the highest key of {len(numbers)} rows: renumber to have small ones."
        yield finding("F070", "info", max(records, key=_number), message)


def _number(record: Record) -> int:
    return record.pk if isinstance(record.pk, int) else -1


RULE = Rule("F070", "key range", check)
