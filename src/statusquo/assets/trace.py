"""Which rows a run of tests has read: what ``pytest --trace-rows`` writes, and ``prune --unused`` and ``lint`` read.

A line for each row, ``{"model": "app.model", "pk": 1}``; several processes append to one file, so lines may repeat.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from statusquo.assets import formats, references
from statusquo.assets.dataset import Dataset, Place, Record
from statusquo.assets.formats import entry, jsontext


@dataclass(frozen=True, slots=True)
class Trace:
    """The rows that were read, by model and key as text."""

    rows: frozenset[tuple[str, str]]

    def read(self, dataset: Dataset) -> tuple[Record, ...]:
        """The rows of a dataset that were read."""
        return tuple(each for each in dataset.records if (each.model, references.key_text(each.pk)) in self.rows)


def read(path: Path) -> Trace:
    """The trace in a file. Raises DatasetError with file and line."""
    text = formats.decode(path.read_bytes(), str(path))
    lines = ((number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip())
    return Trace(frozenset(_row(line, Place(str(path), number)) for number, line in lines))


def write(rows: Iterable[tuple[str, object]]) -> str:
    """The lines of some rows; what is no JSON is written as text."""
    return "".join(json.dumps({"model": model, "pk": pk}, default=str) + "\n" for model, pk in rows)


def _row(line: str, place: Place) -> tuple[str, str]:
    value, _ = jsontext.decode(line.strip(), 0, place)
    if not isinstance(value, dict) or set(value) != {"model", "pk"}:
        raise entry.wrong(place, "a line of a trace has a model and a pk")
    record = entry.record({**value, "fields": {}}, place)
    return record.model, references.key_text(record.pk)
