"""What the databases of a run's tests cost, as values and as lines. Pure; ``plugin.reporting`` prints them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, Self

from statusquo.django.frames.tally import Pair, Reason
from statusquo.rewind.render import count, duration

GAIN = 1.1
"""How many times faster a test has to become before a hint is worth its line."""
SHOWN = 5
"""Tables of one test, tests of one unwind: so many are named, and the rest counted."""


@dataclass(frozen=True, slots=True)
class Rewind:
    """One rewind of one database, and the rows that it put back in each table."""

    alias: str
    seconds: float
    tables: Mapping[str, int]
    notes: tuple[str, ...] = ()
    """Why it took a slower way than usual, if it did."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What one test did with its databases."""

    test: str
    mode: str
    """``none``, ``savepoint`` or ``transactional``."""
    tables: tuple[str, ...] = ()
    """Those it wrote to, as ``alias.table``."""
    rewinds: tuple[Rewind, ...] = ()
    frames: int = 0
    """Of shared fixtures, opened for it."""
    layers: int = 0
    """Shared fixtures whose rows were committed for it."""
    unwinds: tuple[Pair, ...] = ()
    demotions: tuple[Pair, ...] = ()
    notes: tuple[str, ...] = ()
    """About shared fixtures, for their authors."""
    has_committed: bool = False
    has_second: bool = False
    """A second connection was used."""
    has_failed: bool = False
    """A statement failed outside a transaction; in one, nothing can follow."""
    is_bound: bool = False
    """It asks for what needs a commit: a live server, sequences that begin anew."""
    making: float = 0.0
    """Seconds for which the test databases were made, as it was the first to use them; no part of the others."""
    overhead: float = 0.0
    """Seconds of set-up and teardown."""
    seconds: float = 0.0
    """Seconds of the test itself."""

    @property
    def needs_to_be(self) -> bool:
        """True if a transactional test would not do, or might not, with a savepoint."""
        return self.has_committed or self.has_second or self.has_failed or self.is_bound

    def as_value(self) -> dict[str, Any]:
        """For JSON, and for the wire to the controller of pytest-xdist."""
        return asdict(self)

    @classmethod
    def from_value(cls, value: Mapping[str, Any]) -> Self:
        """From what ``as_value`` gave, after any wire."""
        known = dict(value)
        for name in ("tables", "notes"):
            known[name] = tuple(known[name])
        for name in ("unwinds", "demotions"):
            known[name] = tuple(Pair(p["fixture"], p["because"], Reason(p["reason"])) for p in known[name])
        rewinds = tuple(Rewind(**{**each, "notes": tuple(each["notes"])}) for each in known["rewinds"])
        return cls(**{**known, "rewinds": rewinds})


@dataclass(frozen=True, slots=True)
class Hint:
    """A transactional test that would do with a savepoint, and how many times faster it would be, as far as known."""

    test: str
    times: float | None


def hints(facts: Sequence[Facts]) -> tuple[Hint, ...]:
    """Which tests never needed to be transactional, by the medians of this run; none that would gain nothing."""
    savepoint = [each.overhead for each in facts if each.mode == "savepoint"]
    transactional = [each.overhead for each in facts if each.mode == "transactional"]
    found: list[Hint] = []
    for each in facts:
        if each.mode != "transactional" or each.needs_to_be:
            continue
        if not savepoint:
            found.append(Hint(each.test, None))
        elif (times := (median(transactional) + each.seconds) / max(median(savepoint) + each.seconds, 1e-6)) > GAIN:
            found.append(Hint(each.test, times))
    return tuple(found)


def lines(facts: Sequence[Facts]) -> tuple[str, ...]:
    """The report: a table of the tests that use a database, what shared fixtures cost, and what could be cheaper."""
    users = [each for each in facts if each.mode != "none" or each.rewinds or each.frames]
    return (*_table(users), *_sums(facts, users), *_pairs(facts), *_slow(users), *map(_hint_line, hints(facts)))


def as_value(facts: Sequence[Facts]) -> dict[str, Any]:
    """The report for programs."""
    return {"tests": [each.as_value() for each in facts], "hints": [asdict(each) for each in hints(facts)]}


def _table(users: Sequence[Facts]) -> tuple[str, ...]:
    rows = [("mode", "time", "rewind", "frames", "test", "tables")]
    for each in users:
        rewinds = f"{duration(sum(r.seconds for r in each.rewinds))}" if each.rewinds else ""
        time = duration(each.overhead + each.seconds)
        rows.append((each.mode, time, rewinds, str(each.frames or ""), each.test, _tables_text(each)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    return tuple(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip()
        for row in (rows if users else ())
    )


def _tables_text(facts: Facts) -> str:
    """What was written, with the number of rows where a rewind has counted them."""
    counted = {
        f"{r.alias}.{table.removeprefix('public.')}": rows for r in facts.rewinds for table, rows in r.tables.items()
    }
    names = [
        f"{name.removeprefix('default.')}{f' {counted[name]}' if name in counted else ''}"
        for name in dict.fromkeys([*facts.tables, *counted])
    ]
    return _some(names)


def _sums(facts: Sequence[Facts], users: Sequence[Facts]) -> tuple[str, ...]:
    modes = Counter(each.mode for each in facts)
    rewinds = [rewind for each in users for rewind in each.rewinds]
    parts = [f"{count(modes[mode], 'test')} with mode {mode}" for mode in ("savepoint", "transactional", "none")]
    sums = [", ".join(parts), f"{count(len(rewinds), 'rewind')} in {duration(sum(r.seconds for r in rewinds))}"]
    if making := sum(each.making for each in facts):
        sums.append(f"test databases made in {duration(making)}")
    return ("; ".join(sums),)


def _pairs(facts: Sequence[Facts]) -> tuple[str, ...]:
    unwinds = [pair for each in facts for pair in each.unwinds]
    demotions = [pair for each in facts for pair in each.demotions]
    head = (
        f"shared fixtures: {count(sum(each.frames for each in facts), 'frame')}, "
        f"{count(sum(each.layers for each in facts), 'committed layer')}, {count(len(unwinds), 'unwind')}, "
        f"{count(len(demotions), 'demotion')}"
    )
    notes = dict.fromkeys(f"  {note}" for each in facts for note in each.notes)
    return (head, *_pair_lines("unwound", unwinds), *_pair_lines("demoted", demotions), *notes)


def _pair_lines(what: str, pairs: Iterable[Pair]) -> tuple[str, ...]:
    """One line for each fixture and reason, with whom it was for."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for pair in pairs:
        grouped.setdefault((pair.fixture, str(pair.reason)), []).append(pair.because)
    return tuple(
        f"  {len(because)} × {what}: {fixture}: {reason} ({_some([*dict.fromkeys(because)])})"
        for (fixture, reason), because in grouped.items()
    )


def _slow(users: Sequence[Facts]) -> Iterator[str]:
    """Why rewinds took a slower way, and after which test."""
    for each in users:
        for rewind in each.rewinds:
            yield from (f'{each.test}: the rewind of "{rewind.alias}": {note}' for note in rewind.notes)


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def _hint_line(hint: Hint) -> str:
    gain = f"savepoint mode would be {hint.times:.1f} times faster" if hint.times else "savepoint mode would do"
    return f"{hint.test}: never opened a second connection and never reached COMMIT: {gain}."
