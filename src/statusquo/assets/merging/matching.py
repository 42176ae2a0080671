"""Which rows of the three datasets are one row. Pure.

Rows of the base are found again by unique key, else by primary key. Rows that both sides added are one row if their
unique keys are equal, or, where there is none, if all they hold is; in both cases references count as the rows that
they mean. That is found by assuming it of all candidates and giving up those that differ, until none does: so rows
that refer to each other in a circle are found too.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from statusquo.assets import identity, references, values, volatile
from statusquo.assets.dataset import Record
from statusquo.assets.merging import sides
from statusquo.assets.merging.sides import Side
from statusquo.assets.schema import Schema


@dataclass(frozen=True, slots=True)
class Row:
    """One row, as each dataset has it; None where it is not there."""

    base: Record | None
    ours: Record | None
    theirs: Record | None

    @property
    def any(self) -> Record:
        """The row from whichever dataset has it."""
        return next(each for each in (self.ours, self.theirs, self.base) if each)


@dataclass(frozen=True, slots=True)
class Matched:
    """All rows, and for each dataset the number of the row that a record object is."""

    rows: tuple[Row, ...]
    base: Mapping[int, int]
    ours: Mapping[int, int]
    theirs: Mapping[int, int]


def match(base: Side, ours: Side, theirs: Side, *, is_renumbering: bool) -> Matched:
    """The rows of the three datasets. Without renumbering a key that both sides added is one row, whatever it holds."""
    to_ours, to_theirs = _pairs(base, ours), _pairs(base, theirs)
    new_ours, new_theirs = _rest(ours, to_ours), _rest(theirs, to_theirs)
    known = [Row(each, to_ours.get(id(each)), to_theirs.get(id(each))) for each in base.dataset.records]
    candidates = _by_identity(ours, theirs, new_ours, new_theirs)
    added = _Added(ours, theirs, _numbered(known), candidates, is_renumbering)
    both = added.settle()
    taken = {id(each) for each in both.values()}
    rows = (
        *known,
        *(Row(None, each, both.get(id(each))) for each in new_ours),
        *(Row(None, None, each) for each in new_theirs if id(each) not in taken),
    )
    return _numbered(rows)


def _numbered(rows: Iterable[Row]) -> Matched:
    rows = tuple(rows)
    numbers = [
        {id(record): at for at, row in enumerate(rows) for record in (getattr(row, name),) if record}
        for name in ("base", "ours", "theirs")
    ]
    return Matched(rows, *numbers)


def _rest(side: Side, found: Mapping[int, Record]) -> list[Record]:
    taken = {id(each) for each in found.values()}
    return [each for each in side.dataset.records if id(each) not in taken]


def _pairs(old: Side, new: Side) -> dict[int, Record]:
    """The row of *new* for each of *old* that is still there: by identity, and of those left by key."""
    partner = _by_identity(old, new, old.dataset.records, new.dataset.records)
    left = {_pk(each): each for each in _rest(new, partner) if each.pk is not None}
    for record in old.dataset.records:
        other = left.get(_pk(record))
        if id(record) not in partner and other and not _is_replaced(record, other, old.index.schema):
            partner[id(record)] = left.pop(_pk(record))
    return partner


def _by_identity(old: Side, new: Side, olds: Iterable[Record], news: Iterable[Record]) -> dict[int, Record]:
    of_old, of_new = identity.Identities(old.index), identity.Identities(new.index)
    found: dict[identity.Identity, list[Record]] = {}
    for record in news:
        found.setdefault(of_new.of(record), []).append(record)
    partner: dict[int, Record] = {}
    for record in olds:
        same = found.get(of_old.of(record))
        if same:
            partner[id(record)] = same.pop(0)
    return partner


def _is_replaced(old: Record, new: Record, schema: Schema) -> bool:
    """True if a key was used again for another row: its unique key changed, and nothing else of it stayed.

    SQLite gives the number of a deleted row to the next one.
    """
    keys = identity.key_fields(schema.get(old.model))
    others = [name for name in old.fields if name not in keys]
    return bool(keys and others) and all(
        name not in new.fields or values.compact(old.fields[name]) != values.compact(new.fields[name])
        for name in others
    )


def _pk(record: Record) -> tuple[str, str]:
    return record.model, references.key_text(record.pk)


@dataclass(frozen=True, slots=True)
class _Added:
    """The rows that both sides added, as far as they may be the same."""

    ours: Side
    theirs: Side
    known: Matched
    candidates: dict[int, Record]
    is_renumbering: bool

    def settle(self) -> Mapping[int, Record]:
        """By our record, the one of theirs that is the same row."""
        ours = {id(each): each for each in self.ours.dataset.records if id(each) in self.candidates}
        fresh = itertools.count(len(self.known.rows))
        of_ours = {id(each): self.known.ours.get(id(each), next(fresh)) for each in self.ours.dataset.records}
        of_theirs = {id(each): self.known.theirs.get(id(each), next(fresh)) for each in self.theirs.dataset.records}
        of_theirs |= {id(other): of_ours[key] for key, other in self.candidates.items()}
        referring: dict[int, list[int]] = {}
        for key, record in ours.items():
            for targets, rows in (
                (self.ours.targets(record), of_ours),
                (self.theirs.targets(self.candidates[key]), of_theirs),
            ):
                for target in targets:
                    if id(target) in rows:
                        referring.setdefault(rows[id(target)], []).append(key)
        waiting = [*ours]
        while waiting:
            key = waiting.pop()
            if key in self.candidates and not self._is_same(ours[key], self.candidates[key], of_ours, of_theirs):
                of_theirs[id(self.candidates.pop(key))] = next(fresh)
                waiting += referring.get(of_ours[key], [])
        return self.candidates

    def _is_same(self, one: Record, two: Record, ours: Mapping[int, int], theirs: Mapping[int, int]) -> bool:
        if one.label:
            return True
        model = self.ours.index.schema.get(one.model)
        keys = identity.key_fields(model)
        if not keys or not all(name in each.fields for name in keys for each in (one, two)):
            shares = "pk" in self.ours.pointing.get(id(one), {}) or "pk" in self.theirs.pointing.get(id(two), {})
            if shares:
                return sides.key(self.ours, one, ours) == sides.key(self.theirs, two, theirs)
            if not self.is_renumbering or not isinstance(one.pk, int):
                return True
            names = {*one.fields, *two.fields}
            keys = tuple(name for name in names if not volatile.is_volatile(model, one.model, name))
        return all(
            self._text(self.ours, one, name, ours) == self._text(self.theirs, two, name, theirs) for name in keys
        )

    def _text(self, side: Side, record: Record, name: str, rows: Mapping[int, int]) -> str | None:
        known = sides.held(side, record, name, rows)
        return known.text if known else None
