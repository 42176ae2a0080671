"""JSON fixtures: one list of rows. Rows are cut out here, for their lines; the standard library reads each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import NoReturn

from statusquo.assets import values
from statusquo.assets.dataset import Json, Place, Record
from statusquo.assets.formats import entry

_SPACE = re.compile(r"[ \t\r\n]*")


def read(text: str, file: str) -> Iterator[Record]:
    """The rows of the list, each with its line. Raises DatasetError."""
    at, line, seen = _skip(text, 0), 1, 0
    if text[at : at + 1] != "[":
        raise entry.wrong(Place(file, 1 + text.count("\n", 0, at)), "a fixture is a list of rows: it begins with '['")
    at = _skip(text, at + 1)
    is_first = True
    while text[at : at + 1] != "]":
        if not is_first:
            at = _skip(text, _comma(text, at, file))
        line, seen = line + text.count("\n", seen, at), at
        value, at = decode(text, at, Place(file, line))
        yield entry.record(value, Place(file, line))
        at = _skip(text, at)
        is_first = False
    rest = _skip(text, at + 1)
    if rest < len(text):
        raise entry.wrong(Place(file, 1 + text.count("\n", 0, rest)), "there is something after the end of the list")


def write(records: Iterable[Record]) -> str:
    """The rows as an indented list, in the order they come in, ended by a newline."""
    rows = ",\n  ".join(_row(record) for record in records)
    return f"[\n  {rows}\n]\n" if rows else "[]\n"


def decode(text: str, at: int, place: Place) -> tuple[object, int]:
    """The value that begins at an offset, and the offset after it. Raises DatasetError."""
    try:
        return _DECODER.raw_decode(text, at)
    except _Duplicate as error:
        raise entry.wrong(place, f"the key {error.key!r} stands there twice", "One of them would be lost.") from None
    except _NoNumber as error:
        raise entry.wrong(place, f"{error.name} is no number that JSON or a database can hold") from None
    except RecursionError:
        reason = f"lists and tables are nested more than {values.DEEPEST} deep"
        raise entry.wrong(place, reason) from None
    except json.JSONDecodeError as error:
        line = place.line + text.count("\n", at, error.pos)
        is_cut = error.msg.startswith("Unterminated") or error.pos >= len(text.rstrip())
        what = "the file ends in the middle of a row" if is_cut else f"not JSON: {error.msg}"
        raise entry.wrong(Place(place.file, line), f"column {error.colno}: {what}") from None
    except ValueError:  # an integer of more digits than Python converts
        raise entry.wrong(place, "a number has more digits than any database holds") from None


class _Duplicate(Exception):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class _NoNumber(Exception):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    table = dict(pairs)
    if len(table) != len(pairs):
        keys = [key for key, _ in pairs]
        raise _Duplicate(next(key for key in keys if keys.count(key) > 1))
    return table


def _refuse(name: str) -> NoReturn:
    raise _NoNumber(name)


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse)


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _comma(text: str, at: int, file: str) -> int:
    if text[at : at + 1] == ",":
        return at + 1
    place = Place(file, 1 + text.count("\n", 0, at))
    if at >= len(text):
        raise entry.wrong(place, "the file ends before the list of rows does", "Is it cut off?")
    raise entry.wrong(place, f"expected ',' or ']' after a row, not {text[at]!r}")


def _row(record: Record) -> str:
    head = [f'"model": {values.compact(record.model)}']
    if record.pk is not None:
        head.append(f'"pk": {values.compact(record.pk)}')
    if record.label:
        head.append(f'"label": {values.compact(record.label)}')
    head.append(f'"fields": {values.pretty(dict(record.fields), 4)}')
    return "{\n    " + ",\n    ".join(head) + "\n  }"
