"""Three-way merge of test data: rows are matched by what they are, and numbered again where two branches took one key.

Pure. A reference is merged as the row it means, so it follows whatever key that row gets. The steps are in ``merging``;
``statusquo merge`` reads, calls this and writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from statusquo.assets import canonical, identity, references, values
from statusquo.assets.dataset import Dataset, Json, Record
from statusquo.assets.merging import deciding, matching, numbers, settled, sides, threes
from statusquo.assets.merging.deciding import Kind
from statusquo.assets.merging.matching import Matched, Row
from statusquo.assets.merging.numbers import Numbers
from statusquo.assets.merging.settled import Split
from statusquo.assets.merging.sides import Side
from statusquo.assets.merging.threes import Three
from statusquo.assets.merging.writing import Writing
from statusquo.assets.schema import Model, Schema
from statusquo.core.errors import DatasetError


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something that both sides changed, each to another. The rows are as they would stand in the result."""

    kind: Kind
    record: Record
    """The row of the result where the conflict is."""
    base: Record | None
    ours: Record | None
    theirs: Record | None
    fields: tuple[str, ...] = ()
    """The fields that differ; empty if it is about the row as a whole."""


@dataclass(frozen=True, slots=True)
class Renumbered:
    """A row whose key in the result is not the one that it had on a side."""

    side: Literal["ours", "theirs"]
    model: str
    before: Json
    after: Json


@dataclass(frozen=True, slots=True)
class Merged:
    """The result in canonical form; it holds ours, or the row that is there at all, wherever there is a conflict."""

    dataset: Dataset
    conflicts: tuple[Conflict, ...] = ()
    renumbered: tuple[Renumbered, ...] = ()
    unknown: tuple[str, ...] = ()
    """The models of which no facts are known; if there are any, no row can be given another key."""


def merge(base: Dataset, ours: Dataset, theirs: Dataset) -> Merged:
    """What both sides made of the base.

    Without conflicts, every row that one side has and the other did not delete is in the result exactly once, and what
    it referred to before is what it refers to now. Raises DatasetError for a side with two rows of one key.
    """
    schema = merge_schemas(base.schema, ours.schema, theirs.schema)
    named = ((base, "the base"), (ours, "ours"), (theirs, "theirs"))
    three = tuple(sides.build(each, schema, name) for each, name in named)
    unknown = tuple(sorted({label for each in three for label in each.whole.counts if schema.get(label) is None}))
    split = settled.nothing(three) if unknown else settled.split(three)
    written = _write(three, split)
    if _is_touched(written, split):
        written = _write(three, settled.nothing(three))
    return _result(written, unknown)


def _write(whole: Sequence[Side], split: Split) -> Writing:
    """The rows that are not settled, merged."""
    three = tuple(sides.narrowed(side, rows) for side, rows in zip(whole, split.live, strict=True))
    is_renumbering = all(three[0].index.schema.get(label) for side in three for label in side.whole.counts)
    matched = matching.match(*three, is_renumbering=is_renumbering)
    decided = deciding.Deciding(matched, three).run()
    keys = numbers.assign(decided, matched, three, loose=split.loose, is_renumbering=is_renumbering)
    return Writing(matched, three, decided, keys, split.settled)


def _result(written: Writing, unknown: tuple[str, ...]) -> Merged:
    """All rows, in canonical form, and what people must decide."""
    three, conflicts = written.three, tuple(_conflicts(written))
    hidden = {id(each.theirs) for each in conflicts if each.kind in {"key", "unique"}}
    records = [each for each in written.records().values() if id(each) not in hidden]
    order = threes.merge(Three(*(each.whole.order for each in three)), str, lambda three: three.ours)
    result = canonical.arrange(Dataset((*written.settled, *records), three[0].index.schema, order))
    if not conflicts:
        _refuse_dangling(result, records, three)
    return Merged(result, conflicts, tuple(_renumbered(written.matched, written.numbers)), unknown)


def _is_touched(written: Writing, split: Split) -> bool:
    """True if a row of the result has the key, or the unique values, of a settled one."""
    names = split.names
    if any(record.pk is not None and settled.name(record) in names for record in written.records().values()):
        return True
    schema = written.three[0].index.schema
    taken = {each for record in written.records().values() for each in _unique(record, schema)}
    labels = {each[0] for each in taken}
    return any(each in taken for record in split.settled if record.model in labels for each in _unique(record, schema))


def merge_schemas(base: Schema, ours: Schema, theirs: Schema) -> Schema:
    """The facts of all models, each from the side that changed them; ours if both did."""
    models: dict[str, Model] = {}
    for label in sorted({**base.models, **ours.models, **theirs.models}):
        known = Three(base.get(label), ours.get(label), theirs.get(label))
        chosen = threes.merge(known, lambda each: each, lambda three: three.ours or three.theirs)
        found = chosen or ours.get(label) or theirs.get(label) or base.get(label)
        if found:
            models[label] = found
    return Schema(models)


def _conflicts(written: Writing) -> Iterator[Conflict]:
    found = written.records()
    for at, decided in written.decided.items():
        if decided.kind:
            base, ours, theirs = written.versions(at)
            yield Conflict(decided.kind, found[at], base, ours, theirs, decided.conflicts)
    clashes = {**written.numbers.clashes}
    yield from (Conflict("key", found[first], None, found[first], found[at]) for at, first in clashes.items())
    for first, second in _alike(written):
        if clashes.setdefault(second, first) == first and written.numbers.clashes.get(second) is None:
            yield Conflict("unique", found[first], None, found[first], found[second])
    yield from _unnamed(written)


def _alike(written: Writing) -> Iterator[tuple[int, int]]:
    """Rows with equal unique fields that no side has both of."""
    first: dict[Unique, int] = {}
    for at, record in written.records().items():
        for each in _unique(record, written.three[0].index.schema):
            other = first.setdefault(each, at)
            if other != at and not _is_old(written.matched.rows[other], written.matched.rows[at], each[1]):
                yield other, at


Unique = tuple[str, tuple[str, ...], str]
"""A model, fields that no two of its rows may share, and what a row has there."""


def _unique(record: Record, schema: Schema) -> Iterator[Unique]:
    model = schema.get(record.model)
    for names in dict.fromkeys((*model.unique, model.natural)) if model else ():
        parts = [record.fields.get(name) for name in names]
        if names and None not in parts:
            yield record.model, names, values.compact(parts)


def _is_old(one: Row, two: Row, names: Iterable[str]) -> bool:
    pairs = ((one.ours, two.ours), (one.theirs, two.theirs))
    return any(a and b and all(a.fields.get(name) == b.fields.get(name) for name in names) for a, b in pairs)


def _unnamed(written: Writing) -> Iterator[Conflict]:
    """Rows that nothing tells apart, added by both sides: they may be one row that both changed."""
    schema = written.three[0].index.schema
    added: dict[str, set[str]] = {}
    for at, record in written.records().items():
        row = written.matched.rows[at]
        if record.pk is None and row.base is None and not identity.key_fields(schema.get(record.model)):
            if row.theirs is None:
                added.setdefault(record.model, set()).add("ours")
            elif row.ours is None and record.model in added:
                yield Conflict("unnamed", record, None, None, record)


def _renumbered(matched: Matched, keys: Numbers) -> Iterator[Renumbered]:
    for at, pk in sorted(keys.keys.items()):
        row = matched.rows[at]
        if row.ours and references.key_text(row.ours.pk) != references.key_text(pk):
            yield Renumbered("ours", row.ours.model, row.ours.pk, pk)
        if row.theirs and references.key_text(row.theirs.pk) != references.key_text(pk):
            yield Renumbered("theirs", row.theirs.model, row.theirs.pk, pk)


def _refuse_dangling(result: Dataset, records: Sequence[Record], three: Sequence[Side]) -> None:
    """The last net: a reference that meant a row before and would mean none now is never written."""
    pointing = ((side.index, several) for side in three for held in side.pointing.values() for several in held.values())
    before = {
        (each.model, references.key_text(each.value))
        for index, several in pointing
        for each in several
        if index.resolve(each) is None
    }
    known = {id(each) for each in records}
    after = [each for each in references.dangling(result) if id(each.source) in known]
    for each in after:
        if (each.model, references.key_text(each.value)) not in before:
            raise DatasetError(
                f"{each.source.subject}: {each.field} would refer to {each.model} {values.compact(each.value)}, "
                "which is not in the result.",
                why="The two branches cannot be merged row by row.",
                next="Bring the row back on the branch that lacks it, then merge again.",
            )
