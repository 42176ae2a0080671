"""The rows of the result, with the keys they got and those of the rows they refer to. ``merge`` asks. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from statusquo.assets import references
from statusquo.assets.dataset import Dataset, Json, Record
from statusquo.assets.merging import deciding, sides, threes
from statusquo.assets.merging.deciding import Decided
from statusquo.assets.merging.fields import Fields
from statusquo.assets.merging.matching import Matched
from statusquo.assets.merging.numbers import Numbers
from statusquo.assets.merging.sides import Held, Item, Side
from statusquo.assets.merging.threes import Three
from statusquo.assets.references import Index

_LONGEST = 10
"""Natural keys that are made of natural keys, and so on."""


@dataclass(slots=True)
class Writing:
    """Rows with the keys they got, and with those of the rows they refer to."""

    matched: Matched
    three: Sequence[Side]
    decided: Mapping[int, Decided]
    numbers: Numbers
    settled: tuple[Record, ...] = ()
    found: dict[int, Record] = field(default_factory=dict)
    index: Index | None = None
    """Of *found* with the settled rows, once somebody asks."""

    def records(self) -> dict[int, Record]:
        """All rows of the result, by number."""
        if not self.found:
            self._write()
        return self.found

    def record(self, at: int, held: Fields, like: Record) -> Record:
        """The row with these fields."""
        return replace(like, pk=self.numbers.keys[at], fields={name: self._value(each) for name, each in held.items()})

    def versions(self, at: int) -> tuple[Record | None, ...]:
        """The row as each dataset has it, as it would stand in the result."""
        row = self.matched.rows[at]
        held = deciding.held_by(row, self.matched, self.three)
        every = zip(held, (row.base, row.ours, row.theirs), strict=True)
        return tuple(self.record(at, each, like) if each is not None and like else None for each, like in every)

    def _write(self) -> None:
        """Natural keys are written last: they are made of what the rows they mean hold now."""
        rows = self.decided.values()
        items = (item for row in rows for held in row.fields.values() for item in held.items)
        has_natural = any(isinstance(item.raw, list) and item.row is not None for item in items)
        for _ in range(_LONGEST if has_natural else 1):
            found = {at: self._row(at) for at in sorted(self.decided)}
            if found == self.found:
                return
            self.found, self.index = found, None

    def _row(self, at: int) -> Record:
        row = self.matched.rows[at]
        three = Three(*(each.label if each else "" for each in (row.base, row.ours or row.any, row.theirs or row.any)))
        label = threes.merge(three, str, lambda three: three.ours or three.theirs)
        return replace(self.record(at, self.decided[at].fields, row.any), label=label)

    def _value(self, held: Held) -> Json:
        return [self._item(each) for each in held.items] if held.is_set else self._item(held.items[0])

    def _item(self, item: Item) -> Json:
        if item.is_json:
            return self._json(item.raw)
        if item.row is None or item.row not in self.decided:
            return item.raw
        now = self._natural(item.row) or item.raw if isinstance(item.raw, list) else self._key(item.row, item.to_field)
        return item.raw if references.key_text(now) == references.key_text(item.raw) else now

    def _json(self, value: Json) -> Json:
        """JSON with keys in place of tokens."""
        match value:
            case dict():
                return {key: self._json(each) for key, each in value.items()}
            case list():
                return [self._json(each) for each in value]
            case str() if found := sides.TOKEN.fullmatch(value):
                key = self._key(int(found[1]), found[3])
                return references.key_text(key) if found[2] == "s" else key
            case _:
                return value

    def _key(self, row: int, to_field: str) -> Json:
        known = self.decided[row].fields.get(to_field) if to_field else None
        return self._value(known) if known else self.numbers.keys[row]

    def _natural(self, row: int) -> list[Json]:
        if not self.found:
            return []
        if self.index is None:
            rows = (*self.settled, *self.found.values())
            self.index = references.index(Dataset(rows, self.three[0].index.schema))
        return self.index.natural(self.found[row])
