"""Lengths of time as text: what ``rows.duration`` writes, and what else Django's fields take. Pure."""

from __future__ import annotations

import re
from datetime import timedelta

_ISO = re.compile(
    r"(?P<sign>[-+]?)P(?=.)(?:(?P<weeks>\d+(?:\.\d+)?)W)?(?:(?P<days>\d+(?:\.\d+)?)D)?"
    r"(?:T(?=.)(?:(?P<hours>\d+(?:\.\d+)?)H)?(?:(?P<minutes>\d+(?:\.\d+)?)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?",
    re.ASCII,
)
_CLOCK = re.compile(
    r"(?:(?P<days>-?\d+) (?:days?, )?)?(?P<sign>-?)"
    r"(?:(?:(?P<hours>\d+):)?(?P<minutes>\d+):)?(?P<seconds>\d+(?:\.\d{1,6})?)",
    re.ASCII,
)


def parse(text: str) -> timedelta | None:
    """The length that a text is: ISO 8601, or days and a clock; None if it is none."""
    clock = _CLOCK.fullmatch(text)
    found = clock or _ISO.fullmatch(text)
    if found is None:
        return None
    parts = {name: _length(name, held) for name, held in found.groupdict().items() if held and name != "sign"}
    sign = -1 if found["sign"] == "-" else 1
    try:
        days = timedelta(days=parts.pop("days", 0)) * (1 if clock else sign)
        return days + sign * timedelta(**parts)
    except OverflowError:
        return None


def _length(name: str, held: str) -> float:
    """Seconds keep their six digits: timedelta rounds to microseconds, and a float has more than enough for those."""
    return float(held) if "." in held else int(held)
