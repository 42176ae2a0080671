"""What is different between two datasets, by identity: a row that only got another number is the same row. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from statusquo.assets import canonical, identity, references, rewriting, values, volatile
from statusquo.assets.dataset import Dataset, Json, Record
from statusquo.assets.references import Index, Reference
from statusquo.assets.schema import Schema

Kind = Literal["added", "removed", "changed", "renumbered", "volatile"]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs; None is also what a missing one has."""

    name: str
    before: Json
    after: Json


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that is not the same in both; ``volatile`` if only fields differ that change by themselves."""

    kind: Kind
    model: str
    before: Record | None
    after: Record | None
    fields: tuple[FieldChange, ...] = ()


def compare(before: Dataset, after: Dataset, patterns: Iterable[str] = ()) -> tuple[Difference, ...]:
    """The differences, ordered as the canonical form is; facts that one side lacks are taken from the other."""
    schema = Schema({**before.schema.models, **after.schema.models})
    old, new = (canonical.arrange(replace(each, schema=schema)) for each in (before, after))
    same = pairs(old, new)
    spell_old, spell_new = _Spelling(references.index(old), {}), _Spelling(references.index(new), {})
    for number, (one, two) in enumerate(same):
        if one and two:
            spell_old.numbers[id(one)] = spell_new.numbers[id(two)] = number
    sides = _Sides(spell_old, spell_new, tuple(patterns))
    return tuple(each for one, two in same for each in (sides.difference(one, two),) if each)


def by_model(differences: Sequence[Difference]) -> dict[str, tuple[Difference, ...]]:
    """The differences of each model."""
    models = sorted({each.model for each in differences})
    return {model: tuple(each for each in differences if each.model == model) for model in models}


def pairs(old: Dataset, new: Dataset) -> list[tuple[Record | None, Record | None]]:
    """Rows that are the same, by identity and then, of those left, by key; after them rows of one side."""
    olds, news = identity.by_identity(old), identity.by_identity(new)
    partner: dict[int, Record] = {}
    for name in olds.keys() & news.keys():
        partner |= {id(one): two for one, two in zip(olds[name], news[name], strict=False)}
    taken = {id(each) for each in partner.values()}
    left = {_by_pk(each): each for each in new.records if id(each) not in taken and each.pk is not None}
    for record in old.records:
        if id(record) not in partner and record.pk is not None and _by_pk(record) in left:
            partner[id(record)] = left.pop(_by_pk(record))
    matched = {id(each) for each in partner.values()}
    return [
        *((record, partner.get(id(record))) for record in old.records),
        *((None, record) for record in new.records if id(record) not in matched),
    ]


def _by_pk(record: Record) -> tuple[str, str]:
    return record.model, references.key_text(record.pk)


@dataclass(frozen=True, slots=True)
class _Spelling:
    """The values of one side with references as the number of the pair that they mean."""

    index: Index
    numbers: dict[int, int]

    def fields(self, record: Record) -> Mapping[str, str]:
        spelt = {name: values.compact(value) for name, value in record.fields.items()}
        model = self.index.schema.get(record.model)
        meant: dict[str, list[str]] = {}
        within: list[tuple[Reference, Json]] = []
        for each in references.of_record(record, model) if model else ():
            target = self.index.resolve(each)
            number = self.numbers.get(id(target)) if target else None
            if each.is_within:
                within += [(each, {"row": number})] if number is not None else []
                continue
            meant.setdefault(each.field, []).append(
                str(number) if number is not None else f"={values.compact(each.value)}"
            )
        if model and within:
            names = {each.field for each, _ in within}
            held = rewriting.put(record, model, within).fields
            spelt |= {name: values.compact(held[name]) for name in names}
        return {**spelt, **{name: " ".join(sorted(targets)) for name, targets in meant.items() if name in spelt}}


@dataclass(frozen=True, slots=True)
class _Sides:
    old: _Spelling
    new: _Spelling
    patterns: tuple[str, ...]

    def difference(self, old: Record | None, new: Record | None) -> Difference | None:
        if old and new:
            return self._changed(old, new)
        if old:
            return Difference("removed", old.model, old, None)
        return Difference("added", new.model, None, new) if new else None

    def _changed(self, old: Record, new: Record) -> Difference | None:
        before, after = self.old.fields(old), self.new.fields(new)
        names = [name for name in sorted({*before, *after}) if before.get(name) != after.get(name)]
        fields = tuple(FieldChange(name, old.fields.get(name), new.fields.get(name)) for name in names)
        if old.label != new.label:
            return Difference("changed", old.model, old, new, (FieldChange("label", old.label, new.label), *fields))
        model = self.old.index.schema.get(old.model)
        if any(not volatile.is_volatile(model, old.model, name, self.patterns) for name in names):
            return Difference("changed", old.model, old, new, fields)
        if references.key_text(old.pk) != references.key_text(new.pk):
            return Difference("renumbered", old.model, old, new, fields)
        return Difference("volatile", old.model, old, new, fields) if fields else None
