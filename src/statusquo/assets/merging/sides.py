"""One of the three datasets of a merge: its rows, and what each of their fields points to. Pure.

While rows are matched, merged and renumbered, a reference is the row it means, not a key: a key means different rows in
different datasets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from statusquo.assets import canonical, labels, references, rewriting, values
from statusquo.assets.dataset import Dataset, Json, Record
from statusquo.assets.references import Index, Reference
from statusquo.assets.schema import Schema
from statusquo.core.errors import DatasetError


@dataclass(frozen=True, slots=True)
class Side:
    """A dataset, with the references of its rows by record and field."""

    dataset: Dataset
    """The rows that the merge has to look at."""
    whole: Dataset
    """All rows, in canonical form."""
    index: Index
    """Of all rows."""
    pointing: Mapping[int, Mapping[str, tuple[Reference, ...]]]
    """By the identity of the record object, which lives as long as the dataset."""

    def targets(self, record: Record) -> list[Record]:
        """The rows that the record refers to."""
        found = (self.index.resolve(each) for several in self.pointing.get(id(record), {}).values() for each in several)
        return [each for each in found if each]


@dataclass(frozen=True, slots=True)
class Item:
    """A single value: the text it is compared by, and the row that it means, if it means one."""

    text: str
    raw: Json
    row: int | None = None
    to_field: str = ""
    is_settled: bool = False
    """True if it means a row that the merge need not look at."""
    is_json: bool = False
    """True for JSON with tokens where it means rows; the rows follow, an item each."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a field holds; ``is_set`` for the targets of a many-to-many field, whose order means nothing."""

    items: tuple[Item, ...]
    is_set: bool = False

    @property
    def text(self) -> str:
        """Equal for equal values."""
        texts = (each.text for each in self.items)
        return "\x1f".join(sorted(set(texts)) if self.is_set else texts)

    @property
    def rows(self) -> tuple[int, ...]:
        """The rows that it means."""
        return tuple(each.row for each in self.items if each.row is not None)


def build(dataset: Dataset, schema: Schema, name: str) -> Side:
    """The side of a dataset. Raises DatasetError if two of its rows have one key: references to it mean neither."""
    known = Dataset(dataset.records, schema, dataset.order)
    arranged = canonical.arrange(known if dataset.schema.models else labels.resolve(known))
    _refuse_twice(arranged, name)
    return Side(arranged, arranged, references.index(arranged), {})


def narrowed(side: Side, rows: Iterable[Record]) -> Side:
    """The side with these rows to look at, and with their references."""
    dataset = side.whole.having(rows)
    pointing: dict[int, dict[str, tuple[Reference, ...]]] = {}
    for each in references.edges(side.whole, dataset.records):
        fields = pointing.setdefault(id(each.source), {})
        fields[each.field] = (*fields.get(each.field, ()), each)
    return replace(side, dataset=dataset, pointing=pointing)


def held(side: Side, record: Record, name: str, rows: Mapping[int, int]) -> Held | None:
    """What the field holds, references as the number of the row they mean in *rows*; None if it is not there."""
    if name != "pk" and name not in record.fields:
        return None
    value = record.pk if name == "pk" else record.fields[name]
    found = side.pointing.get(id(record), {}).get(name, ())
    if any(each.is_within for each in found):
        return _json(side, record, found, rows)
    if not found and not isinstance(value, list):
        return Held((Item(_text(value), value),))
    pointing = {references.key_text(each.value): item for each in found for item in (_item(side, each, rows),) if item}
    model = side.index.schema.get(record.model)
    is_set = bool(model and model.many_field(name)) and isinstance(value, list)
    is_parts = name == "pk" and isinstance(value, list) and bool(pointing)
    if not (is_set or is_parts) or not isinstance(value, list):
        return Held((pointing.get(references.key_text(value)) or Item(_text(value), value),))
    items = (pointing.get(references.key_text(each)) or Item(f"={references.key_text(each)}", each) for each in value)
    return Held(tuple(items), is_set=True) if is_set else _parts(tuple(items), side, record)


TOKEN = re.compile("\0([0-9]+)\0([is])\0(.*)")
"""A row in JSON: its number, whether its key was a number or a text, the field that is meant in place of the key."""


def _json(side: Side, record: Record, found: Sequence[Reference], rows: Mapping[int, int]) -> Held:
    """JSON with tokens where it means rows that the merge looks at."""
    pointing = [(each, item) for each in found for item in (_item(side, each, rows),) if item and item.row is not None]
    tokens = ((each, f"\0{item.row}\0{_kind(each.value)}\0{item.to_field}") for each, item in pointing)
    value = rewriting.put(record, side.index.schema.models[record.model], tokens).fields[found[0].field]
    return Held((Item(values.compact(value), value, is_json=True), *(item for _, item in pointing)))


def _kind(value: Json) -> str:
    return "s" if isinstance(value, str) else "i"


def _text(value: Json) -> str:
    """The value as text, as ``values.compact`` tells values apart, without its cost for plain ones."""
    if isinstance(value, str):
        return f'"{value}"'
    return str(value) if type(value) is int else values.compact(value)


def _parts(items: tuple[Item, ...], side: Side, record: Record) -> Held:
    """A key of several columns: only those that are references mean rows."""
    model = side.index.schema.models[record.model]
    fields = [model.field(name) for name in model.pk]
    return Held(
        tuple(
            item if field and field.to else Item(f"={references.key_text(item.raw)}", item.raw)
            for item, field in zip(items, fields, strict=False)
        )
    )


def key(side: Side, record: Record, rows: Mapping[int, int]) -> tuple[str, ...]:
    """The key of a row as it is compared: every column of it."""
    known = held(side, record, "pk", rows)
    return tuple(each.text for each in known.items) if known else ()


def _item(side: Side, reference: Reference, rows: Mapping[int, int]) -> Item | None:
    target = side.index.resolve(reference)
    if target is None:
        return None
    row = rows.get(id(target))
    if row is None:
        return Item(f"@{target.model}:{references.key_text(target.pk)}", reference.value, is_settled=True)
    return Item(f"#{row}", reference.value, row, reference.to_field)


def _refuse_twice(dataset: Dataset, name: str) -> None:
    seen: set[tuple[str, str]] = set()
    for record in dataset.records:
        key = (record.model, references.key_text(record.pk))
        if record.pk is not None and key in seen:
            raise DatasetError(
                f"{record.place}: {name} has two rows {record.subject}.",
                why="What refers to the key could mean either.",
                next="Give one of them another key on its branch, then merge.",
            )
        seen.add(key)
