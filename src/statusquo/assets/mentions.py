"""Numbers in tests and in expected answers that may mean rows which have other keys now. Pure; nothing is changed.

A number may, where a line also has the name of the model, or of a field that refers to it. That is a guess: a person
has to look.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from statusquo.assets.dataset import Place
from statusquo.assets.renumber import Numbers
from statusquo.assets.schema import Schema

_NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.]*\d|\w)")
_WORD = re.compile(r"[A-Za-z]+")
_SUFFIXES = ("", "s", "es", "id", "ids")


@dataclass(frozen=True, slots=True)
class Mention:
    """A number in a line, and the row that it may mean."""

    place: Place
    before: int


def words(schema: Schema, model: str) -> frozenset[str]:
    """What a row of a model may be called: by the name of its model, of those that share its keys, of references."""
    family = {label for label in (model, *schema.models) if schema.family(label) == schema.family(model)}
    names = {label.partition(".")[2] for label in family}
    for each in schema.models.values():
        names |= {field.name for field in each.fields if field.to in family and field.name not in each.pk}
        names |= {many.name for many in each.many if many.to in family}
    return frozenset(names)


def find(text: str, file: str, names: Iterable[str], numbers: Numbers) -> Iterator[Mention]:
    """The numbers of a text that may mean rows that were renumbered, each with its line."""
    known = {"".join(_WORD.findall(name)).lower() + suffix for name in names for suffix in _SUFFIXES}
    for number, line in enumerate(text.splitlines(), 1):
        found = [int(each) for each in _NUMBER.findall(line)]
        if any(each in numbers for each in found) and known & set(_spoken(line)):
            yield from (Mention(Place(file, number), each) for each in dict.fromkeys(found) if each in numbers)


def _spoken(line: str) -> Iterator[str]:
    """The words of a line, and words joined by underscores as one and as each of them."""
    for each in re.findall(r"[A-Za-z_]+", line):
        parts = each.lower().split("_")
        yield from (*parts, "".join(parts))
