"""Which rows the result has, and with what, before any of them has a key. ``merge`` asks. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from statusquo.assets import volatile
from statusquo.assets.merging import fields, numbers, sides
from statusquo.assets.merging.fields import Fields
from statusquo.assets.merging.matching import Matched, Row
from statusquo.assets.merging.sides import Side
from statusquo.assets.schema import Model

Kind = Literal["changed", "deleted", "referred", "key", "unique", "unnamed"]
"""What people must decide: a field that both sides changed; a row deleted by one side that the other changed, or refers
to; two rows with one key, or with equal unique fields; rows without a key that may be one."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What becomes of one row."""

    fields: Fields
    conflicts: tuple[str, ...] = ()
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Deciding:
    """Which rows stay, and with what; before any of them has a key."""

    matched: Matched
    three: Sequence[Side]

    def run(self) -> dict[int, Decided]:
        """The rows of the result, by their place among those that were matched."""
        rows = enumerate(self.matched.rows)
        found = {at: decided for at, row in rows for decided in (self._decide(row),) if decided}
        waiting = [*found]
        while waiting:
            for target in self._meant(waiting.pop(), found):
                if target not in found:
                    found[target] = replace(self._whole(self.matched.rows[target]), kind="referred")
                    waiting.append(target)
        return found

    def _decide(self, row: Row) -> Decided | None:
        base, ours, theirs = held_by(row, self.matched, self.three)
        label, model = row.any.model, self.three[0].index.schema.get(row.any.model)
        if ours is not None and theirs is not None:
            merged = fields.merge(base, ours, theirs, model=model, label=label)
            return Decided(merged.fields, merged.conflicts, "changed" if merged.conflicts else None)
        left = ours if ours is not None else theirs
        if left is None:
            return None
        if base is None:
            return Decided(left)
        return Decided(left, kind="deleted") if _is_changed(base, left, model, label) else None

    def _whole(self, row: Row) -> Decided:
        base, ours, theirs = held_by(row, self.matched, self.three)
        return Decided(ours or theirs or base or {})

    def _meant(self, at: int, found: Mapping[int, Decided]) -> Iterator[int]:
        """The rows that the row refers to, or would if its conflicts were decided otherwise."""
        row = self.matched.rows[at]
        for each in found[at].fields.values():
            yield from each.rows
        for side in held_by(row, self.matched, self.three)[1:] if found[at].conflicts else ():
            for name in found[at].conflicts:
                yield from side[name].rows if side and name in side else ()
        key = numbers.wanted_key(row, self.matched, self.three)
        yield from key.rows


def held_by(row: Row, matched: Matched, three: Sequence[Side]) -> tuple[Fields | None, ...]:
    """What the row holds in each dataset; None where it is not there."""
    every = zip((row.base, row.ours, row.theirs), (matched.base, matched.ours, matched.theirs), three, strict=True)
    return tuple(
        {name: value for name in record.fields for value in (sides.held(side, record, name, rows),) if value}
        if record
        else None
        for record, rows, side in every
    )


def _is_changed(base: Fields, other: Fields, model: Model | None, label: str) -> bool:
    names = (name for name in {**base, **other} if not volatile.is_volatile(model, label, name))
    return any(
        (base[name].text if name in base else None) != (other[name].text if name in other else None) for name in names
    )
