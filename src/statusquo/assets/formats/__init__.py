"""The file formats of fixtures: what each reads and writes, by the ending of a file's name.

Each module reads text into records with the line of each, raising DatasetError with file and line for anything else,
and writes records as they come: what is canonical about them is decided before. ``xml`` only reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath

from statusquo.assets.dataset import Place, Record
from statusquo.assets.formats import jsonlines, jsontext, xmltext, yamltext
from statusquo.core import graph
from statusquo.core.errors import DatasetError


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write records down. ``write`` is None where files are only read."""

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[str, str], Iterator[Record]]
    """Takes the text and the file's name."""
    write: Callable[[Iterable[Record]], str] | None = None


FORMATS = (
    Format("json", (".json",), jsontext.read, jsontext.write),
    Format("jsonl", (".jsonl",), jsonlines.read, jsonlines.write),
    Format("yaml", (".yaml", ".yml"), yamltext.read, yamltext.write),
    Format("xml", (".xml",), xmltext.read),
)
SUFFIXES = {suffix: each for each in FORMATS for suffix in each.suffixes}


_COMPRESSED = (".gz", ".bz2", ".xz", ".lzma", ".zip", ".zst")
_UNPACK = "Unpack it first: only loaddata reads compressed fixtures."


def of(path: PurePath) -> Format:
    """The format that the file's name asks for. Raises DatasetError."""
    if path.suffix not in SUFFIXES:
        raise DatasetError(
            f"{path}: {path.suffix or 'no suffix'!r} is no format of test data.",
            next=_UNPACK if path.suffix in _COMPRESSED else graph.did_you_mean(path.suffix, SUFFIXES),
        )
    return SUFFIXES[path.suffix]


_MARKER = re.compile(r"^(<{7}|\|{7}|>{7})(?=[ \r\n]|\Z)", re.MULTILINE)


def decode(content: bytes, file: str) -> str:
    """The text of a file, without a byte order mark. Raises DatasetError for what is not UTF-8, or not merged yet."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DatasetError(
            f"{Place(file, line)}: byte {content[error.start]:#04x} at offset {error.start} is not UTF-8.",
            next="Save the file as UTF-8.",
        ) from None
    marker = _MARKER.search(text)
    if marker is not None:
        line = text.count("\n", 0, marker.start()) + 1
        raise DatasetError(
            f"{file}: conflict markers at line {line}.",
            next="Keep what is right of both sides, and remove the markers.",
        )
    return text


def has_markers(content: bytes) -> bool:
    """True for a file with conflicts that nobody has decided."""
    return _MARKER.search(content.decode("utf-8", "replace")) is not None


def read(content: bytes, file: str) -> tuple[Record, ...]:
    """All records of a file's content; all or none. Raises DatasetError with file and line."""
    return tuple(of(PurePath(file)).read(decode(content, file), file))
