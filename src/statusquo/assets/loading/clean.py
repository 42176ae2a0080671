"""A value of a file as its column gets it: in one spelling, or the reason why it cannot be. Pure; ``columns`` calls it.

What is taken is what Django's fields take in ``to_python``; what they turn into something else without a word (a list
into text, 12.7 into 12) is refused. The result is JSON still: how a database spells it is for whoever writes it. The
module is long because it has a function for each kind of value.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from uuid import UUID
from zoneinfo import ZoneInfo

from statusquo.assets import moments, values
from statusquo.assets.schema import Field
from statusquo.core import rows, spans
from statusquo.core.rows import Json, Kind

Cleaner = Callable[[Json], Json]
"""Raises ValueError, whose text is half a sentence: what the value is instead."""


def cleaner(field: Field) -> Cleaner:
    """What cleans the values of a field, empty ones excepted."""
    if field.kind == "datetime":
        return _moments(field.zone)
    return _CLEANERS.get(field.kind, _any)


def plain(cleaner: Cleaner) -> type | None:
    """The type whose values the cleaner leaves as they are; None if there is none, or nobody knows."""
    return _PLAIN.get(cleaner)


def limits(value: Json, field: Field) -> str:
    """Why the column has no room for a clean value, as half a sentence; empty if it has."""
    if isinstance(value, str):
        if field.max_length and len(value) > field.max_length:
            return f"has {len(value)} characters, more than {field.max_length}"
        return "has a NUL character" if "\0" in value else ""
    if isinstance(value, int) and field.minimum is not None and value < field.minimum:
        return f"is {value}, less than {field.minimum}"
    if isinstance(value, int) and field.maximum is not None and value > field.maximum:
        return f"is {value}, more than {field.maximum}"
    return ""


def _integer(value: Json) -> Json:
    match value:
        case bool():
            return int(value)
        case int() if -_LARGEST <= value < _LARGEST:
            return value
        case float() if value.is_integer():
            return int(value)
        case str() if (
            value.strip().lstrip("+-").isascii() and value.strip().lstrip("+-").isdecimal() and len(value) < _DIGITS
        ):
            return _integer(int(value))
    raise _unfit(value, "integer")


def _text(value: Json) -> Json:
    if isinstance(value, list | dict):
        raise _unfit(value, "text")
    return value if isinstance(value, str) else str(value)


def _boolean(value: Json) -> Json:
    if isinstance(value, str | int | float) and value in _BOOLEANS:
        return _BOOLEANS[value]
    raise _unfit(value, "boolean")


_BOOLEANS: dict[object, bool] = {
    **dict.fromkeys((True, "t", "true", "True", "1"), True),
    **dict.fromkeys((False, "f", "false", "False", "0"), False),
}


def _float(value: Json) -> Json:
    if isinstance(value, str | int | float):
        try:
            number = float(value)
        except (ValueError, OverflowError):
            raise _unfit(value, "float") from None
        if not values.trouble(number):
            return number
    raise _unfit(value, "float")


def _decimal(value: Json) -> Json:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            raise _unfit(value, "decimal") from None
        if number.is_finite():
            return str(number)
    raise _unfit(value, "decimal")


def _date(value: Json) -> Json:
    """A date; of a moment its day, as Django takes it."""
    try:
        return date.fromisoformat(_str(value)).isoformat()
    except ValueError:
        moment = moments.parse(_str(value))
        if moment is None:
            raise _unfit(value, "date") from None
        return moment.date().isoformat()


def _moments(zone: str) -> Cleaner:
    """What cleans moments that a column has in UTC, or without a word in a zone of its own."""
    if not zone:
        return _moment
    local = ZoneInfo(zone)

    def clean(value: Json) -> Json:
        moment = _datetime(value)
        try:
            return moments.text(moment.astimezone(local).replace(tzinfo=None) if moment.tzinfo else moment)
        except OverflowError:
            raise _unfit(value, f"datetime in {zone}") from None

    return clean


def _moment(value: Json) -> Json:
    moment = _datetime(value)
    if moment.tzinfo is None:
        raise ValueError(f"is {value}, which says no time zone")
    text = moments.text(moment)
    if not text.endswith("Z"):
        raise _unfit(value, "datetime in UTC")
    return text


def _datetime(value: Json) -> datetime:
    """A moment; of a date its first, as Django takes it."""
    moment = moments.parse(_str(value))
    if moment is not None:
        return moment
    try:
        return datetime.combine(date.fromisoformat(_str(value)), time())
    except ValueError:
        raise _unfit(value, "datetime") from None


def _time(value: Json) -> Json:
    try:
        return time.fromisoformat(_str(value)).replace(tzinfo=None).isoformat()
    except ValueError:
        raise _unfit(value, "time") from None


def _duration(value: Json) -> Json:
    span = spans.parse(_str(value))
    if span is None:
        raise _unfit(value, "duration")
    return rows.duration(span)


def _uuid(value: Json) -> Json:
    try:
        return str(UUID(int=value) if isinstance(value, int) else UUID(_str(value)))
    except ValueError:
        raise _unfit(value, "uuid") from None


def _binary(value: Json) -> Json:
    try:
        return base64.b64encode(base64.b64decode(_str(value))).decode()
    except (binascii.Error, ValueError):
        raise _unfit(value, "base64") from None


def _array(value: Json) -> Json:
    """A list; Django's serializers write it as text in JSON."""
    held = value
    if isinstance(held, str):
        try:
            held = json.loads(held)
        except ValueError:
            raise _unfit(value, "array") from None
    if not isinstance(held, list):
        raise _unfit(value, "array")
    return held


def _literal(value: Json) -> Json:
    if isinstance(value, list | dict):
        raise _unfit(value, "plain value")
    return value


def _any(value: Json) -> Json:
    return value


def _str(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _unfit(value: Json, wanted: str) -> ValueError:
    return ValueError(f"is {values.compact(value)[:_SHOWN]}, which is no {wanted}")


_SHOWN = 40
_LARGEST = 2**63
"""What no database has a whole number for."""
_DIGITS = 40
_CLEANERS: dict[Kind, Cleaner] = {
    "integer": _integer,
    "text": _text,
    "file": _text,
    "boolean": _boolean,
    "float": _float,
    "decimal": _decimal,
    "date": _date,
    "time": _time,
    "duration": _duration,
    "uuid": _uuid,
    "binary": _binary,
    "array": _array,
    "literal": _literal,
}
_PLAIN: dict[Cleaner, type] = {_integer: int, _text: str, _boolean: bool, _float: float}
