"""A key for each row that has a label in place of one. Pure; ``labels`` asks."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from statusquo.assets.dataset import Dataset, Json, Record
from statusquo.assets.labelling import names
from statusquo.assets.labelling.names import LabelError
from statusquo.assets.schema import Field

How = Literal["next", "hash"]
"""How a label gets a number that the lock does not remember: the next free one, or one made of its letters."""
Numbers = Mapping[str, Mapping[str, int]]
"""The number of each label, by model."""
_HASHES = 2**30 - 1
"""Rails numbers its labels below this: https://api.rubyonrails.org/classes/ActiveRecord/FixtureSet.html."""


@dataclass(slots=True)
class Numbering:
    """A key for each row that has a label in place of one."""

    dataset: Dataset
    known: Numbers
    how: How
    taken: dict[str, set[int]] = field(default_factory=dict)

    def run(self) -> Iterator[Record]:
        """The rows with keys: the number that a label has had, unless another row has it by now; else a new one."""
        schema = self.dataset.schema
        for record in self.dataset.records:
            if isinstance(record.pk, int):
                self.taken.setdefault(schema.family(record.model), set()).add(record.pk)
        waiting = [each for each in self.dataset.records if each.label and each.pk is None]
        keys: dict[int, Json] = {}
        for record in waiting:
            number = self.known.get(record.model, {}).get(record.label)
            if number is not None and self._take(record, number):
                keys[id(record)] = number
        for record in sorted(waiting, key=lambda each: (each.model, each.label)):
            if id(record) not in keys:
                keys[id(record)] = self._new(record)
        return (replace(each, pk=keys.get(id(each), each.pk)) for each in self.dataset.records)

    def _new(self, record: Record) -> Json:
        key = names.key_field(record, self.dataset.schema)
        if key and key.to:
            return f"@{record.label}"
        if key and key.kind == "uuid":
            return names.uuid_of(record)
        if key and key.kind != "integer":
            raise LabelError(f"{record.place}: {record.subject} needs its key too: it is no number.", rule="F020")
        return self._hashed(record, key) if self.how == "hash" else self._next(record, key)

    def _next(self, record: Record, key: Field | None) -> int:
        taken = self.taken.setdefault(self.dataset.schema.family(record.model), set())
        number = max(taken, default=0) + 1
        if key and key.maximum is not None and number > key.maximum:
            number = next(each for each in range(1, number) if each not in taken)
        self._take(record, number)
        return number

    def _hashed(self, record: Record, key: Field | None) -> int:
        number = zlib.crc32(record.label.encode()) % _HASHES
        if key and key.maximum is not None and key.maximum < _HASHES:
            what = f"{record.place}: {record.subject}: its key is too small a number to be made of a label."
            raise LabelError(
                what, rule="F070", next="Number labels by the next free one: statusquo adopt-labels --numbers next."
            )
        if not self._take(record, number):
            what = f"{record.place}: {record.subject} would have the number {number}, which another row has."
            raise LabelError(what, rule="F002", next="Call it something else.")
        return number

    def _take(self, record: Record, number: int) -> bool:
        taken = self.taken.setdefault(self.dataset.schema.family(record.model), set())
        is_free = number not in taken
        taken.add(number)
        return is_free
