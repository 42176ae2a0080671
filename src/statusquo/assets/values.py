"""Single values: what may stand in a file at all, and their one text. Pure; the formats call these."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from json.encoder import encode_basestring

from statusquo.assets.dataset import Json

DEEPEST = 100
"""Levels of lists and tables in one field; data have a handful, and every reader after us recurses."""
_WIDTH = 100
"""Columns up to which a list of plain values stays on one line."""


def trouble(value: object, depth: int = 0) -> str:
    """Why the value cannot be data, as half a sentence; empty if it can."""
    reason = ""
    match value:
        case float() if not math.isfinite(value):
            reason = f"{value} is no number that JSON or a database can hold"
        case str() if not value.isascii() and not _is_unicode(value):
            reason = "half of a surrogate pair is no character"
        case list() | dict() if depth >= DEEPEST:
            reason = f"lists and tables are nested more than {DEEPEST} deep"
        case list():
            reason = _within(value, depth)
        case dict():
            reason = _within(value, depth) or _within(value.values(), depth)
    return reason


def _within(parts: Iterable[object], depth: int) -> str:
    """The first trouble; nearly all values are of the kinds that have none, and files have very many."""
    for each in parts:
        if not (each.isascii() if type(each) is str else type(each) in _HARMLESS):
            reason = trouble(each, depth + 1)
            if reason:
                return reason
    return ""


_HARMLESS = frozenset({int, bool, type(None)})


def compact(value: Json) -> str:
    """The value on one line, keys sorted: equal texts are equal values, and True is not 1.

    Most values are text or whole numbers, which need none of what an encoder sets up.
    """
    if type(value) is str:
        return encode_basestring(value)
    return str(value) if type(value) is int else _ENCODE(value)


_ENCODE = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


def pretty(value: Json, indent: int = 0) -> str:
    """The value as canonical JSON: two columns a level, keys sorted, a short list of plain values on one line."""
    if isinstance(value, dict) and value:
        lines = [f"{compact(key)}: {pretty(each, indent + 2)}" for key, each in sorted(value.items())]
        return _block("{", lines, "}", indent)
    if isinstance(value, list) and value:
        short = compact(value)
        if len(short) + indent <= _WIDTH and not any(isinstance(each, dict | list) for each in value):
            return short
        return _block("[", [pretty(each, indent + 2) for each in value], "]", indent)
    return compact(value)


def _block(opening: str, lines: list[str], closing: str, indent: int) -> str:
    inner = " " * (indent + 2)
    return f"{opening}\n{inner}" + f",\n{inner}".join(lines) + f"\n{' ' * indent}{closing}"


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
