"""F060: columns that follow from other rows contradict them: trees of treebeard and MPTT, and declared counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from statusquo.assets import references
from statusquo.assets.dataset import Record
from statusquo.assets.formats import entry
from statusquo.assets.rule import Rule, Subject, finding
from statusquo.assets.trees import COLUMNS, STEP
from statusquo.core.finding import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """A finding for each row that is wrong about its place."""
    for records in subject.dataset.by_model().values():
        names = set(records[0].fields)
        if names >= COLUMNS:
            yield from _paths(records)
        if names >= {"lft", "rght", "tree_id", "level"}:
            yield from _nested(records)
    if subject.settings.counts:
        yield from _counts(subject)


def _counts(subject: Subject) -> Iterator[Finding]:
    """A finding for each row that says another number of rows than refer to it."""
    index, found = references.index(subject.dataset), Counter[tuple[int, str]]()
    for each in references.edges(subject.dataset):
        target = index.resolve(each)
        if target:
            found[id(target), f"{each.source.model}.{each.field}"] += 1
    for counted, by in subject.settings.counts.items():
        label, _, name = counted.rpartition(".")
        for record in subject.dataset.by_model().get(entry.label(label), ()):
            held, real = record.fields.get(name), found[id(record), _label(by)]
            if name in record.fields and held != real:
                yield finding("F060", "error", record, f"is {held}, and {real} rows refer to it by {by}.", field=name)


def _label(by: str) -> str:
    model, _, name = by.rpartition(".")
    return f"{entry.label(model)}.{name}"


def _paths(records: Sequence[Record]) -> Iterator[Finding]:
    paths = {str(each.fields.get("path")) for each in records}
    children = Counter(path[:-STEP] for path in paths)
    for record in records:
        path, depth, count = (record.fields.get(name) for name in ("path", "depth", "numchild"))
        if not isinstance(path, str) or len(path) % STEP:
            continue
        if depth != len(path) // STEP:
            message = f"is {depth}, and its path {path} has {len(path) // STEP} levels."
            yield finding("F060", "error", record, message, field="depth")
        if count != children[path]:
            yield finding("F060", "error", record, f"is {count}, and it has {children[path]}.", field="numchild")
        if len(path) > STEP and path[:-STEP] not in paths:
            yield finding("F060", "error", record, f"has no row above it at {path[:-STEP]}.", field="path")


def _nested(records: Sequence[Record]) -> Iterator[Finding]:
    ends = Counter((str(each.fields["tree_id"]), each.fields[name]) for each in records for name in ("lft", "rght"))
    for record in records:
        left, right = record.fields["lft"], record.fields["rght"]
        if not isinstance(left, int) or not isinstance(right, int) or left >= right:
            yield finding("F060", "error", record, f"is {right}, not beyond lft {left}.", field="rght")
        elif ends[str(record.fields["tree_id"]), left] > 1 or ends[str(record.fields["tree_id"]), right] > 1:
            yield finding("F060", "error", record, "shares lft or rght with another row of its tree.", field="lft")


RULE = Rule("F060", "columns that follow contradict", check)
