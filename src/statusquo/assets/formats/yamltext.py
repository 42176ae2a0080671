"""YAML fixtures, by the rules of YAML 1.1 that Django's loader follows; times become text, anchors are followed.

PyYAML is imported when a file is read: writing needs none, because values are written as JSON, which YAML contains.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from statusquo.assets import values
from statusquo.assets.dataset import Record
from statusquo.core.errors import MissingProgram


def read(text: str, file: str) -> Iterator[Record]:
    """The rows, each with its line. Raises DatasetError, or MissingProgram without PyYAML."""
    try:
        from statusquo.assets.formats import yamlreader  # noqa: PLC0415 - it needs the extra
    except ImportError:
        raise MissingProgram(
            f"{file}: PyYAML is not installed.", next="Install 'statusquo[data]' to read YAML."
        ) from None
    return yamlreader.read(text, file)


def write(records: Iterable[Record]) -> str:
    """The rows as a list, a line for each field, in the order they come in."""
    return "".join(_row(record) for record in records) or "[]\n"


_WORD = re.compile(r"[a-z_][a-z0-9_]*")
_RESERVED = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
_LONGEST_KEY = 1000
"""PyYAML takes a longer one only behind a question mark."""
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_FLOAT = re.compile(r"(-?\d+)(e[+-]\d+)")


def _row(record: Record) -> str:
    lines = [f"- model: {record.model}"]
    if record.pk is not None:
        lines.append(f"  pk: {_text(record.pk)}")
    if record.label:
        lines.append(f"  label: {_text(record.label)}")
    lines.append("  fields:" if record.fields else "  fields: {}")
    lines += [f"    {_key(name)}: {_text(value)}" for name, value in sorted(record.fields.items())]
    return "\n".join(lines) + "\n"


def _key(name: str) -> str:
    if len(name) > _LONGEST_KEY:
        return f"? {_text(name)}\n    "
    return name if _WORD.fullmatch(name) and name not in _RESERVED else _text(name)


def _text(value: object) -> str:
    match value:
        case dict():
            return "{" + ", ".join(_pair(key, each) for key, each in sorted(value.items())) + "}"
        case list():
            return "[" + ", ".join(_text(each) for each in value) + "]"
        case str():
            return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", values.compact(value))
        case float():  # YAML 1.1 takes 1e-07 for text
            return _FLOAT.sub(r"\1.0\2", repr(value)) if "." not in repr(value) else repr(value)
        case None | bool() | int():
            return values.compact(value)
        case _:
            raise TypeError(type(value))


def _pair(key: str, value: object) -> str:
    mark = "? " if len(key) > _LONGEST_KEY else ""
    return f"{mark}{_text(key)}: {_text(value)}"
