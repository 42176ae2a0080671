"""What keeps rows from being loaded, each with its place, and all of it as one error. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from statusquo.assets.dataset import Record
from statusquo.core.errors import DatasetError

EMPTY = "is empty, and may not be"
SHOWN = 100
"""More of one mistake says nothing more."""


@dataclass(frozen=True, slots=True)
class Violation:
    """Why one row cannot be loaded, as half a sentence behind the row and its field."""

    record: Record
    what: str
    field: str = ""
    hint: str = ""

    def __str__(self) -> str:
        subject = f"{self.record.subject} {self.field}".rstrip()
        return " ".join(filter(None, (f"{self.record.place}: {subject} {self.what}.", self.hint)))


def error(violations: Sequence[Violation]) -> DatasetError:
    """All of them, in the order of files and lines; that a value is missing only if nothing else is wrong with it."""
    wrong = {(id(each.record), each.field) for each in violations if each.what != EMPTY}
    told_of = [each for each in violations if each.what != EMPTY or (id(each.record), each.field) not in wrong]
    ordered = sorted(told_of, key=lambda each: (each.record.place.file, each.record.place.line))
    told = [str(each) for each in ordered[:SHOWN]]
    if len(ordered) > SHOWN:
        told.append(f"and {len(ordered) - SHOWN} more")
    count = "1 thing keeps" if len(ordered) == 1 else f"{len(ordered)} things keep"
    return DatasetError(f"{count} the data from being loaded; nothing was.", evidence="\n".join(told))
