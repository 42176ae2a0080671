"""The key of each row of the result. Pure.

Ours keep theirs: the branch one is on stays stable. A row of the other branch whose key is taken gets the next free
one, above all that any of the three datasets has or refers to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from statusquo.assets import references, values
from statusquo.assets.dataset import Json
from statusquo.assets.merging import sides, threes
from statusquo.assets.merging.matching import Matched, Row
from statusquo.assets.merging.sides import Held, Item, Side
from statusquo.assets.merging.threes import Three
from statusquo.assets.schema import Schema

Name = tuple[str, str]
"""A model and a key, as text."""


@dataclass(slots=True)
class Numbers:
    """Keys by number of the row; and the rows that cannot have one, with the row that has it."""

    keys: dict[int, Json] = field(default_factory=dict)
    clashes: dict[int, int] = field(default_factory=dict)


def assign(
    alive: Iterable[int], matched: Matched, three: Sequence[Side], *, loose: Iterable[Name], is_renumbering: bool
) -> Numbers:
    """A key for each row that is *alive*: of those that share the key of another row, that one's.

    Nobody gets a key that a row which is not looked at refers to, *loose*.
    """
    return _Assigning(matched, three, _Free(three, tuple(loose)), is_renumbering).run(sorted(alive))


@dataclass(slots=True)
class _Free:
    """The numbers that nobody has, for each family of models that share keys."""

    three: Sequence[Side]
    loose: Sequence[Name]
    taken: dict[str, set[int]] = field(default_factory=dict)

    def next(self, label: str, schema: Schema) -> int:
        family = schema.family(label)
        if family not in self.taken:
            self.taken[family] = set(self._used(family, schema))
        taken = self.taken[family]
        model = schema.get(family)
        key = model.field(model.pk[0]) if model else None
        number = max(taken, default=0) + 1
        if key and key.maximum is not None and number > key.maximum:
            number = next(each for each in range(1, number) if each not in taken)
        taken.add(number)
        return number

    def _used(self, family: str, schema: Schema) -> Iterator[int]:
        labels = {label for side in self.three for label in side.whole.counts if schema.family(label) == family}
        for side in self.three:
            yield from (each.pk for each in side.whole.records if each.model in labels and isinstance(each.pk, int))
        pointing = (fields.values() for side in self.three for fields in side.pointing.values())
        found = (each for fields in pointing for several in fields for each in several if not each.is_natural)
        for label, text in {*self.loose, *((each.model, references.key_text(each.value)) for each in found)}:
            if text.isascii() and text.isdecimal() and schema.family(label) == family:
                yield int(text)


def unknown_numbers(three: Sequence[Side]) -> frozenset[str]:
    """Keys in generic references to a model that is not known: whatever has such a key must keep it."""
    found: set[str] = set()
    for side in three:
        for record in side.dataset.records:
            model = side.index.schema.get(record.model)
            for generic in model.generics if model else ():
                if generic.id_field not in side.pointing.get(id(record), {}):
                    found.add(references.key_text(record.fields.get(generic.id_field)))
    return frozenset(found)


@dataclass(slots=True)
class _Assigning:
    matched: Matched
    three: Sequence[Side]
    free: _Free
    is_renumbering: bool
    found: Numbers = field(default_factory=Numbers)
    owner: dict[tuple[str, str], int] = field(default_factory=dict)

    def run(self, alive: Sequence[int]) -> Numbers:
        wanted = {at: wanted_key(self.matched.rows[at], self.matched, self.three) for at in alive}
        own = [at for at in alive if not wanted[at].rows]
        ours = [at for at in own if _is_ours(self.matched.rows[at], wanted[at])]
        fixed = unknown_numbers(self.three) if self.is_renumbering else frozenset[str]()
        for at in (*ours, *sorted(set(own) - set(ours))):
            self._give(at, _plain(wanted[at]), fixed)
        for at in alive:
            if wanted[at].rows:
                self._share(at, wanted, ())
        return self.found

    def _give(self, at: int, pk: Json, fixed: frozenset[str]) -> None:
        label = self.matched.rows[at].any.model
        known = self.owner.get((label, references.key_text(pk)))
        if pk is not None and known is not None:
            is_free = self.is_renumbering and _is_number(pk) and references.key_text(pk) not in fixed
            if not is_free or self._is_shared(at):
                self.found.clashes[at] = known
            else:
                pk = self.free.next(label, self.three[0].index.schema)
        self._keep(at, pk)

    def _is_shared(self, at: int) -> bool:
        """True if the key is that of a row which is not looked at, and keeps it."""
        return any(each.is_settled for each in wanted_key(self.matched.rows[at], self.matched, self.three).items)

    def _keep(self, at: int, pk: Json) -> None:
        self.found.keys[at] = pk
        if pk is not None:
            self.owner.setdefault((self.matched.rows[at].any.model, references.key_text(pk)), at)

    def _share(self, at: int, wanted: Mapping[int, Held], above: tuple[int, ...]) -> Json:
        """The key made of those of the rows that it refers to."""
        if at in self.found.keys:
            return self.found.keys[at]
        parts = [
            each.raw
            if each.row is None or each.row in above or each.row not in wanted
            else _like(each.raw, self._share(each.row, wanted, (*above, at)))
            for each in wanted[at].items
        ]
        pk = parts if len(wanted[at].items) > 1 else parts[0]
        known = self.owner.get((self.matched.rows[at].any.model, references.key_text(pk)))
        if known is not None:
            self.found.clashes[at] = known
        self._keep(at, pk)
        return pk


def wanted_key(row: Row, matched: Matched, three: Sequence[Side]) -> Held:
    """The key that the row should have, by three-way merge; ours where both sides changed it."""
    records = (row.base, row.ours, row.theirs)
    numbers = (matched.base, matched.ours, matched.theirs)
    base, ours, theirs = (
        sides.held(side, record, "pk", rows) if record else None
        for side, record, rows in zip(three, records, numbers, strict=True)
    )
    if base and ours and theirs:
        return threes.merge(Three(base, ours, theirs), lambda each: each.text, lambda three: three.ours)
    return ours or theirs or base or Held((Item("", None),))


def _plain(held: Held) -> Json:
    return held.items[0].raw if len(held.items) == 1 else [each.raw for each in held.items]


def _is_ours(row: Row, wanted: Held) -> bool:
    return row.ours is not None and values.compact(row.ours.pk) == values.compact(_plain(wanted))


def _like(raw: Json, key: Json) -> Json:
    """The key as it was written, if it is still the same."""
    return raw if references.key_text(raw) == references.key_text(key) else key


def _is_number(pk: Json) -> bool:
    return isinstance(pk, int) and not isinstance(pk, bool)
