"""Three-way merge of what a row holds, field by field. Pure.

A generic reference is a pair of fields that only means something together, so it is merged as one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from statusquo.assets import values, volatile
from statusquo.assets.dataset import Json
from statusquo.assets.merging import threes
from statusquo.assets.merging.sides import Held, Item
from statusquo.assets.merging.threes import Three
from statusquo.assets.schema import Model

Fields = Mapping[str, Held]


class _Missing(Enum):
    MISSING = "missing"


MISSING: Final = _Missing.MISSING


class Conflict(Exception):
    """Both sides changed a value, each to another."""


@dataclass(frozen=True, slots=True)
class Merged:
    """The fields of one row; in *conflicts* those that hold ours, because theirs is another."""

    fields: Fields
    conflicts: tuple[str, ...] = ()


def merge(base: Fields | None, ours: Fields, theirs: Fields, *, model: Model | None, label: str) -> Merged:
    """The fields with what either side changed; the newer value where a field changes by itself."""
    merged: dict[str, Held] = {}
    conflicts: list[str] = []
    for names in _units({**(base or {}), **ours, **theirs}, model):
        old, one, two = (tuple(each.get(name) for name in names) for each in (base or {}, ours, theirs))
        try:
            chosen = threes.merge(Three(old, one, two), _texts, _Both(names, label, model).merge)
        except Conflict:
            chosen = one
            conflicts += names
        merged |= {name: each for name, each in zip(names, chosen, strict=True) if each}
    return Merged(merged, tuple(conflicts))


_Unit: TypeAlias = "tuple[Held | None, ...]"


def _texts(unit: _Unit) -> tuple[str | None, ...]:
    return tuple(each.text if each else None for each in unit)


def _units(names: Mapping[str, Held], model: Model | None) -> Iterator[tuple[str, ...]]:
    pairs = {each.id_field: each.type_field for each in model.generics} if model else {}
    joined = {id_field: type_field for id_field, type_field in pairs.items() if {id_field, type_field} <= set(names)}
    yield from ((type_field, id_field) for id_field, type_field in joined.items())
    yield from ((name,) for name in names if name not in {*joined, *joined.values()})


@dataclass(frozen=True, slots=True)
class _Both:
    """What becomes of fields that both sides changed."""

    names: tuple[str, ...]
    label: str
    model: Model | None

    def merge(self, three: Three[_Unit]) -> _Unit:
        old, one, two = three.base[0], three.ours[0], three.theirs[0]
        if len(self.names) > 1 or one is None or two is None:
            raise Conflict
        if one.is_set and two.is_set:
            return (_union(old, one, two),)
        if volatile.is_volatile(self.model, self.label, self.names[0]):
            return (max(one, two, key=lambda each: each.text.rstrip('Z"')),)
        is_json = one.items[0].is_json and two.items[0].is_json
        if (one.rows or two.rows) and not is_json:
            raise Conflict
        before = old.items[0].raw if old else MISSING
        value = _deep(Three(before, one.items[0].raw, two.items[0].raw))
        text = values.compact(value)
        rows = {each.row: each for each in (*one.items[1:], *two.items[1:]) if f"\\u0000{each.row}\\u0000" in text}
        return (Held((Item(text, value, is_json=is_json), *rows.values())),)


def _union(base: Held | None, ours: Held, theirs: Held) -> Held:
    """All that both have or either added; what one of them took out is out."""
    old, one, two = ({each.text: each for each in side.items} if side else {} for side in (base, ours, theirs))
    kept = (text for text in {**one, **two} if (text in one and text in two) or text not in old)
    return Held(tuple({**two, **one}[text] for text in kept), is_set=True)


_Value: TypeAlias = "Json | _Missing"


def _deep(three: Three[_Value]) -> dict[str, Json]:
    """Tables are merged key by key, anything else as one."""
    base, ours, theirs = three.base, three.ours, three.theirs
    if not isinstance(ours, dict) or not isinstance(theirs, dict):
        raise Conflict
    old = base if isinstance(base, dict) else {}
    merged: dict[str, Json] = {}
    for key in {**ours, **theirs}:
        each: Three[_Value] = Three(old.get(key, MISSING), ours.get(key, MISSING), theirs.get(key, MISSING))
        value = threes.merge(each, _text, _deep)
        if value is not MISSING:
            merged[key] = value
    return merged


def _text(value: _Value) -> str | None:
    return None if value is MISSING else values.compact(value)
