"""Dates with times, in their one spelling: UTC with ``Z``, no fraction of a second or all six digits of it. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d(:?\d\d)?)?")
_CANONICAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.(?!000000)\d{6})?Z")
_MILLISECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|[+-]\d\d:\d\d)")


def parse(text: str) -> datetime | None:
    """The moment that a text is; None if it is none."""
    if not _MOMENT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def text(moment: datetime) -> str:
    """The moment as text. One without a zone keeps having none: nobody here knows which was meant."""
    try:
        utc = moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except OverflowError:
        return moment.isoformat()
    return utc.isoformat() + ("Z" if moment.tzinfo else "")


def canonical(value: str) -> str:
    """The text in its one spelling, or as it is if it is no moment."""
    if _CANONICAL.fullmatch(value):
        return value
    moment = parse(value)
    return text(moment) if moment else value


def has_milliseconds(value: str) -> bool:
    """True for what Django's JSON serializer leaves of a time: three digits, whatever the database has."""
    return bool(_MILLISECONDS.fullmatch(value))


def has_no_zone(value: str) -> bool:
    """True for a date with a time that does not say where on earth."""
    moment = parse(value)
    return moment is not None and moment.tzinfo is None
