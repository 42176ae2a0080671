"""The rows that a merge need not look at: the same in all three datasets, and so is what they refer to. Pure.

Nearly all rows of a dataset are so, and looking at each in every step is what a merge would spend its time with. A row
is *anchored* if its key and what tells it apart are the same everywhere, so that it is found again, kept, and keeps its
key. It is *settled* if all it holds is the same, too, and whatever it refers to is anchored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from statusquo.assets import identity, references
from statusquo.assets.dataset import Record
from statusquo.assets.merging.sides import Side
from statusquo.assets.references import Reference
from statusquo.assets.schema import Model

Name = tuple[str, str]
"""A model and a key, as text."""
_Held = tuple[Record, ...]
"""A row as the base, ours and theirs have it."""


@dataclass(frozen=True, slots=True)
class Split:
    """The settled rows, and for each dataset the others."""

    settled: tuple[Record, ...]
    live: tuple[tuple[Record, ...], ...]
    loose: frozenset[Name] = frozenset()
    """What settled rows refer to and no dataset has: keys that no other row may get."""

    @property
    def names(self) -> frozenset[Name]:
        """The names of the settled rows."""
        return frozenset(map(name, self.settled))


def nothing(three: Sequence[Side]) -> Split:
    """No row is settled: for data that are not known well enough."""
    return Split((), tuple(side.whole.records for side in three))


def split(three: Sequence[Side]) -> Split:
    """The settled rows, as ours has them, and the others."""
    finding = _Finding(three, _anchored(three))
    settled = finding.settled()
    names = frozenset(map(name, settled))
    live = tuple(
        tuple(each for each in side.whole.records if each.pk is None or name(each) not in names) for side in three
    )
    return Split(settled, live, frozenset(finding.loose))


def name(record: Record) -> Name:
    """What references by key call a row."""
    return record.model, references.key_text(record.pk)


def _anchored(three: Sequence[Side]) -> dict[Name, _Held]:
    """The rows that are found again, kept, and keep their key, whatever becomes of the others."""
    schema = three[0].index.schema
    by_model = [side.whole.by_model() for side in three]
    found: dict[Name, _Held] = {}
    needs: dict[Name, tuple[Name, ...]] = {}
    for label in by_model[1]:
        model, rows = schema.get(label), [each.get(label, ()) for each in by_model]
        keys = identity.key_fields(model)
        if model is None or not all(rows) or _has_natural(model, keys, rows):
            continue
        texts = [Counter(_key(each, keys) for each in several) for several in rows] if keys else []
        is_made_of_others = any((known := model.field(each)) and known.to for each in (*keys, *model.pk))
        for record in rows[1]:
            held = _everywhere(record, three)
            if held and _is_same_key(held, keys, texts):
                found[name(record)] = held
                if is_made_of_others:
                    needs[name(record)] = tuple(_needs(record, model, keys))
    while lost := [each for each, others in needs.items() if each in found and not all(one in found for one in others)]:
        for each in lost:
            del found[each]
    return found


def _everywhere(record: Record, three: Sequence[Side]) -> _Held | None:
    if record.pk is None:
        return None
    key = (record.model, "", references.key_text(record.pk))
    base, theirs = three[0].index.records.get(key), three[2].index.records.get(key)
    if not base or not theirs or not base.label == record.label == theirs.label:
        return None
    return base, record, theirs


def _is_same_key(held: _Held, keys: Sequence[str], texts: Sequence[Counter[str]]) -> bool:
    """True if what tells the row apart is the same everywhere, and tells it from all others."""
    if repr(held[0].pk) != repr(held[1].pk) or repr(held[2].pk) != repr(held[1].pk):
        return False
    if not keys:
        return True
    text = _key(held[1], keys)
    is_there = bool(text) and all(_key(each, keys) == text for each in held)
    return is_there and all(counts[text] == 1 for counts in texts)


def _key(record: Record, keys: Sequence[str]) -> str:
    """The fields that tell the row apart, as text; empty if one is missing."""
    return repr([record.fields[each] for each in keys]) if all(each in record.fields for each in keys) else ""


def _has_natural(model: Model, keys: Sequence[str], rows: Sequence[Sequence[Record]]) -> bool:
    """True if a field that tells rows apart refers by natural key: such keys can be equal and look different."""
    pointing = [each for each in keys if (known := model.field(each)) and known.to]
    return any(isinstance(each.fields.get(one), list) for several in rows for each in several for one in pointing)


def _needs(record: Record, model: Model, keys: Sequence[str]) -> Iterator[Name]:
    for each in references.of_record(record, model):
        if each.field == "pk" or each.field in (*keys, *model.pk):
            yield each.model, "" if each.is_natural or each.to_field else references.key_text(each.value)


@dataclass(slots=True)
class _Finding:
    three: Sequence[Side]
    anchored: Mapping[Name, _Held]
    loose: set[Name] = field(default_factory=set)

    def settled(self) -> tuple[Record, ...]:
        ours = self.three[1].whole
        same = [held[1] for held in self.anchored.values() if _is_same(held)]
        pointing: dict[int, list[Reference]] = {}
        for each in references.edges(ours, same):
            pointing.setdefault(id(each.source), []).append(each)
        has_types = len({repr(references.types(side.whole)) for side in self.three}) == 1
        return tuple(each for each in same if self._is_settled(each, pointing.get(id(each), []), has_types=has_types))

    def _is_settled(self, record: Record, pointing: Sequence[Reference], *, has_types: bool) -> bool:
        model = self.three[1].index.schema.get(record.model)
        named = {each.field for each in pointing if each.is_generic}
        for generic in model.generics if model else ():
            is_told = has_types and generic.id_field in named
            if not is_told and record.fields.get(generic.id_field) is not None:
                return False
        return all(self._is_anchored(each) for each in pointing)

    def _is_anchored(self, reference: Reference) -> bool:
        """True if the reference means one anchored row everywhere, or nothing anywhere."""
        named = (reference.model, references.key_text(reference.value))
        if not reference.is_natural and not reference.to_field and named in self.anchored:
            return True
        targets = [side.index.resolve(reference) for side in self.three]
        if not any(targets):
            self.loose.add(named)
            return True
        names = {name(each) if each and each.pk is not None else None for each in targets}
        return len(names) == 1 and names <= self.anchored.keys()


def _is_same(held: _Held) -> bool:
    text = repr(held[1].fields)
    return repr(held[0].fields) == text and repr(held[2].fields) == text
