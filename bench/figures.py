"""Measured figures: taken, shown beside each other, kept as JSON. Knows no store."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Scene:
    """What all cases of a store are measured on."""

    store: str
    tables: int
    megabytes: int


@dataclass(frozen=True, slots=True)
class Figure:
    """One case: what it costs in the middle and at the slow end."""

    case: str
    store: str
    tables: int
    megabytes: int
    rows: int
    """How many rows the test wrote that the case follows, or is."""
    median_ms: float
    p90_ms: float
    rounds: int


def clock(act: Callable[[], object]) -> float:
    """The milliseconds that *act* takes."""
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000


def figure(case: str, scene: Scene, rows: int, times: Sequence[float]) -> Figure:
    """The figure of a case from the milliseconds of its rounds."""
    p90 = statistics.quantiles(times, n=10)[-1]
    return Figure(
        case,
        **asdict(scene),
        rows=rows,
        median_ms=round(statistics.median(times), 4),
        p90_ms=round(p90, 4),
        rounds=len(times),
    )


def table(figures: Sequence[Figure], *, beside: str) -> list[str]:
    """The figures as lines, each with how many times the median of the case *beside* it is."""
    unit = next(each.median_ms for each in figures if each.case == beside)
    width = max(len(each.case) for each in figures)
    head = f"{'case':<{width}}  {'rows':>6}  {'median ms':>10}  {'p90 ms':>10}  {'rounds':>6}  {'ratio':>8}"
    lines = [
        f"{each.case:<{width}}  {each.rows:>6}  {each.median_ms:>10.3f}  {each.p90_ms:>10.3f}"
        f"  {each.rounds:>6}  {each.median_ms / unit:>8.2f}"
        for each in figures
    ]
    return [head, "-" * len(head), *lines]


def write(figures: Sequence[Figure], path: Path) -> None:
    """Keep the figures as a list of JSON objects."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(each) for each in figures], indent=2) + "\n", encoding="utf-8")
