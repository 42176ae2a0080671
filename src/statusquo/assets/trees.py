"""Rows that stand below others by a path of treebeard's, which no database knows as a reference. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from statusquo.assets.dataset import Dataset, Record
from statusquo.assets.references import Reference

STEP = 4
"""Characters of a path for each level, unless a project says otherwise; then no path has a length that fits."""
COLUMNS = {"path", "depth", "numchild"}


def edges(dataset: Dataset) -> Iterator[Reference]:
    """A reference from each row to the one above it, if that is there."""
    for label, records in dataset.by_model().items():
        places = {each.fields["path"]: each for each in records if _is_placed(each)}
        for record in records:
            above = places.get(str(record.fields.get("path"))[:-STEP]) if _is_placed(record) else None
            if above:
                yield Reference(record, "path", label, above.pk)


def counted(before: Dataset, after: Dataset) -> Dataset:
    """The dataset *after* rows went, with fewer children for those that they stood below."""
    was, now = _children(before), _children(after)
    if was == now:
        return after
    return after.having(_with_children(each, was[_name(each)] - now[_name(each)]) for each in after.records)


def _is_placed(record: Record) -> bool:
    path = record.fields.get("path")
    return record.fields.keys() >= COLUMNS and isinstance(path, str) and len(path) % STEP == 0


def _name(record: Record) -> tuple[str, str]:
    return record.model, str(record.fields.get("path"))


def _children(dataset: Dataset) -> Counter[tuple[str, str]]:
    return Counter((each.model, str(each.fields["path"])[:-STEP]) for each in dataset.records if _is_placed(each))


def _with_children(record: Record, fewer: int) -> Record:
    had = record.fields.get("numchild")
    if not fewer or not _is_placed(record) or not isinstance(had, int):
        return record
    return replace(record, fields={**record.fields, "numchild": had - fewer})
