"""A database seen as records: tables and columns by what their values are, and values as JSON has them.

``rows`` has an implementation for each kind of database, the door for Django one for its own connections; ``assets``
makes datasets of what they read.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal, Protocol, TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Kind = Literal[
    "integer",
    "text",
    "boolean",
    "float",
    "decimal",
    "date",
    "datetime",
    "time",
    "duration",
    "uuid",
    "json",
    "binary",
    "file",
    "array",
    "literal",
    "other",
]
"""What a value is; of a reference, what the key is that it holds. ``literal`` is a type that only the database has,
written as it writes it; ``other`` one that only a project's code can read."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table, and what its values are."""

    name: str
    kind: Kind
    places: int = 0
    """Digits behind the point of a decimal."""
    zone: str = ""
    """The time zone in which its moments are written without one; empty: they are written in UTC, and say so."""
    null: bool = True
    """Whether it may be empty. A JSON column that may not holds JSON's own null."""


@dataclass(frozen=True, slots=True)
class Table:
    """What is read of a table, and what its rows are ordered by."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]


class Rows(Protocol):
    """The rows of a database as they are at one moment: everything is read in one transaction that only reads."""

    def tables(self) -> frozenset[str]:
        """The names of all tables, views not among them."""

    def read(self, table: Table) -> Iterator[tuple[Json, ...]]:
        """The rows of a table, with one statement, ordered by its key; values as JSON has them.

        Raises StoreError.
        """


def plain(value: object) -> Json:
    """A value of Python as JSON has it: moments in UTC, durations in ISO 8601, bytes in base64, decimals as text."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    return _text(value)


def _text(value: object) -> str:
    match value:
        case datetime(tzinfo=zone) if zone:
            return f"{value.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"
        case date() | time():
            return value.isoformat()
        case timedelta():
            return duration(value)
        case Decimal():
            return format(value, "f")
        case bytes() | bytearray() | memoryview():
            return b64encode(value).decode()
        case _:
            return str(value)


def duration(value: timedelta) -> str:
    """The length of time as ISO 8601 has it, as Django's JSON encoder spells it."""
    sign, length = ("-", -value) if value < timedelta() else ("", value)
    minutes, seconds = divmod(length.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{length.microseconds:06d}" if length.microseconds else ""
    return f"{sign}P{length.days}DT{hours:02d}H{minutes:02d}M{seconds:02d}{fraction}S"
