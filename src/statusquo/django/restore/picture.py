"""All rows of a database as values, and what two such pictures differ in. Pure; ``rows`` reads and writes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from statusquo.core.baseline import Touched

COUNTERS = "sequences"
"""What stands for the next keys of all tables, as with PostgreSQL."""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one table, without what the database computes, and its next key where that is told."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    counter: int | None = None


Picture = Mapping[str, Table]
"""All tables by name."""

_NONE = Table((), ())


def compare(wanted: Picture, found: Picture) -> tuple[Touched, ...]:
    """The tables of *wanted* that hold other rows in *found*, in whatever order; one that is gone holds none."""
    counts = ((name, _count_differing(table, found.get(name, _NONE))) for name, table in wanted.items())
    rows = tuple(Touched(name, many) for name, many in counts if many)
    moved = len(counters(wanted, found))
    return (*rows, Touched(COUNTERS, moved)) if moved else rows


def counters(wanted: Picture, found: Picture) -> dict[str, int]:
    """The next keys of the tables whose next key is another one in *found*."""
    known = ((name, table.counter, found.get(name, _NONE).counter) for name, table in wanted.items())
    return {name: number for name, number, now in known if number is not None and number != now}


def reshaped(wanted: Picture, found: Picture) -> Iterator[str]:
    """The tables that have other columns in *found*, or are not there."""
    return (name for name, table in wanted.items() if name not in found or found[name].columns != table.columns)


def _count_differing(one: Table, other: Table) -> int:
    here, there = Counter(map(repr, one.rows)), Counter(map(repr, other.rows))
    return ((here - there) + (there - here)).total()
