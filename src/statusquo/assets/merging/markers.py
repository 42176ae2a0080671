"""A merged dataset as text: canonical, with what people must decide between markers as ``git merge`` writes them.

A marker stands around the lines of one field, or of one row where the row as a whole is in question. Works for every
format that is written by lines, because it only compares what the format writes for each side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from statusquo.assets.dataset import Json, Record
from statusquo.assets.merge import Conflict, Merged

Write = Callable[[Iterable[Record]], str]
OURS, BASE, SPLIT, THEIRS = "<<<<<<< ours", "||||||| base", "=======", ">>>>>>> theirs"


def text(merged: Merged, write: Write) -> str:
    """The dataset as the format writes it; with markers where there are conflicts."""
    if not merged.conflicts:
        return write(merged.dataset.records)
    found: dict[tuple[str, str], list[Conflict]] = {}
    for each in merged.conflicts:
        found.setdefault(_name(each.record), []).append(each)
    shape = _Shape(write)
    lines = shape.lines(merged.dataset.records)
    at, out = shape.head, lines[: shape.head]
    last = len(merged.dataset.records) - 1
    for number, record in enumerate(merged.dataset.records):
        rows = shape.rows(record, is_last=number == last)
        conflicts = found.get(_name(record), [])
        out += _row(conflicts, record, shape, is_last=number == last) if conflicts else rows
        at += len(rows)
    return "".join([*out, *lines[at:]])


class _Shape:
    """How a format writes rows: JSON in brackets and with commas between, the others one after another."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self.head = int(write([Record("a.b", 1, {})]).startswith("[\n"))

    def lines(self, records: Iterable[Record]) -> list[str]:
        """The lines of all rows."""
        return [f"{line}\n" for line in self._write(records).split("\n")[:-1]]

    def rows(self, record: Record, *, is_last: bool) -> list[str]:
        """The lines of a row among others."""
        lines = self.lines([record])
        lines = lines[self.head : len(lines) - self.head]
        return lines if is_last or not self.head else [*lines[:-1], lines[-1].replace("\n", ",\n")]


def _row(conflicts: Sequence[Conflict], record: Record, shape: _Shape, *, is_last: bool) -> list[str]:
    whole = [each for each in conflicts if each.kind != "changed"]
    if not whole:
        return _fields(conflicts[0], record, shape, is_last=is_last)
    ours = _rows([whole[0].ours], shape, is_last=is_last)
    theirs = _rows([each.theirs for each in whole], shape, is_last=is_last)
    return _marked(ours, _rows([whole[0].base], shape, is_last=is_last), theirs)


def _rows(records: Iterable[Record | None], shape: _Shape, *, is_last: bool) -> list[str]:
    known = [each for each in records if each]
    return [line for each in known for line in shape.rows(each, is_last=is_last and each is known[-1])]


def _fields(conflict: Conflict, record: Record, shape: _Shape, *, is_last: bool) -> list[str]:
    """The row with markers around the lines of each field; around all of it where a row is one line."""
    tokens = {name: f"conflict {at} of {len(conflict.fields)}" for at, name in enumerate(conflict.fields)}
    bare = replace(record, fields={**record.fields, **tokens})
    lines = shape.rows(bare, is_last=is_last)
    sides = [each.fields if each else {} for each in (conflict.ours, conflict.base, conflict.theirs)]
    if len(lines) == 1:
        whole = [replace(record, fields=_with(record.fields, conflict.fields, side)) for side in sides]
        return _marked(*(shape.rows(each, is_last=is_last) for each in whole))
    marked: dict[int, list[str]] = {}
    for name in conflict.fields:
        at = next(number for number, line in enumerate(lines) if tokens[name] in line and name in line)
        versions = [
            shape.rows(replace(bare, fields={**bare.fields, **_only(name, side)}), is_last=is_last) for side in sides
        ]
        cut = [each[at : at + 1 + len(each) - len(lines)] for each in versions]
        marked[at] = _marked(*(each if name in side else [] for each, side in zip(cut, sides, strict=True)))
    return [each for at, line in enumerate(lines) for each in marked.get(at, [line])]


def _only(name: str, side: Mapping[str, Json]) -> dict[str, Json]:
    return {name: side[name]} if name in side else {}


def _with(fields: Mapping[str, Json], names: Iterable[str], side: Mapping[str, Json]) -> dict[str, Json]:
    """The fields with the values of one side for *names*; without those that the side does not have."""
    left = {name: value for name, value in fields.items() if name not in set(names)}
    return {**left, **{name: side[name] for name in names if name in side}}


def _marked(ours: list[str], base: list[str], theirs: list[str]) -> list[str]:
    return [f"{OURS}\n", *ours, f"{BASE}\n", *base, f"{SPLIT}\n", *theirs, f"{THEIRS}\n"]


def _name(record: Record) -> tuple[str, str]:
    return record.model, str(record.pk) if record.pk is not None else repr(sorted(record.fields.items(), key=str))
