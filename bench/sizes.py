"""Two curves of the rewind: it does not grow with what is stored, and grows evenly with what was changed."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterator

from bench import postgres, shop
from bench.figures import Figure, clock
from bench.postgres import Bench

ROUNDS = 60
CHANGED = ((1, 50), (10, 50), (100, 50), (1_000, 50), (10_000, 20), (100_000, 5))
"""How many rows one statement inserts, and in how many rounds."""
EMPTY_MEGABYTES, ROWS_OF_A_MEGABYTE = 22, 22
"""What the tables take without rows, and how many rows in each of them make a megabyte more."""
SIZE = "rewind after 10 rows in 5 tables, by size"
GROWTH = "rewind by changed rows"


def by_size(megabytes: int) -> Iterator[Figure]:
    """The same test on a database of about that size."""
    rows = max(1, ROWS_OF_A_MEGABYTE * (megabytes - EMPTY_MEGABYTES))
    with postgres.opened(rows=rows) as bench:
        test = shop.Test(bench.live, seed=1, rows=rows)
        for tables in shop.each_table_once():
            test.write(tables)
        bench.rewind()
        times = []
        for _ in range(ROUNDS):
            test.run()
            times.append(clock(bench.rewind))
        yield bench.figure(SIZE, times)


def by_changes() -> Iterator[Figure]:
    """Rewinds after one statement that inserts ever more rows."""
    with postgres.opened() as bench:
        for rows, rounds in CHANGED:
            yield bench.figure(GROWTH, [_rewind_after(bench, rows) for _ in range(rounds)], rows=rows)


def slope(figures: list[Figure]) -> float:
    """Microseconds for each further row, over the upper half of the curve."""
    upper = figures[len(figures) // 2 :]
    steps = [(b.median_ms - a.median_ms) / (b.rows - a.rows) for a, b in itertools.pairwise(upper)]
    return statistics.median(steps) * 1000


def _rewind_after(bench: Bench, rows: int) -> float:
    bench.live.execute(shop.insert_many(rows))
    return clock(bench.rewind)
