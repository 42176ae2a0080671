"""JSON lines: one row a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from statusquo.assets import values
from statusquo.assets.dataset import Place, Record
from statusquo.assets.formats import entry, jsontext


def read(text: str, file: str) -> Iterator[Record]:
    """The rows, each with its line; empty lines mean nothing. Raises DatasetError."""
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.strip()
        if stripped:
            place = Place(file, number)
            value, end = jsontext.decode(stripped, 0, place)
            if end < len(stripped):
                raise entry.wrong(place, "there is something after the row")
            yield entry.record(value, place)


def write(records: Iterable[Record]) -> str:
    """A line for each row, in the order they come in."""
    return "".join(_line(record) for record in records)


def _line(record: Record) -> str:
    pk = "" if record.pk is None else f'"pk": {values.compact(record.pk)}, '
    name = f'"label": {values.compact(record.label)}, ' if record.label else ""
    return f'{{"model": {values.compact(record.model)}, {pk}{name}"fields": {values.compact(dict(record.fields))}}}\n'
