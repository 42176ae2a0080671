"""Measure rewinds beside their peers: ``python bench/rewind.py`` prints a table and writes build/bench/rewind.json.

A store takes part with a module that has ``measure() -> Iterator[Figure]``, listed in STORES. What takes longer than
two minutes must be asked for: ``--peers``, ``--sizes 20,200``, ``--growth``.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import figures, plot, postgres, sizes, system  # noqa: E402  # run as a script, Python looks beside the script only
from bench.figures import Figure  # noqa: E402

STORES = (postgres, system)
RESULTS = ROOT / "build" / "bench"
CURVE = ROOT / "docs" / "rewind-growth.svg"


def main() -> None:
    """Measure all, print, write."""
    started = time.monotonic()
    asked = _arguments()
    done = [figure for store in STORES for figure in store.measure()]
    if asked.peers:
        done += _peers()
    figures.write(done, RESULTS / "rewind.json")
    print(f"{done[0].tables} tables, {done[0].megabytes} MB; ratio: to the {postgres.REWIND!r}")
    print("\n".join(figures.table(done, beside=postgres.REWIND)))
    if asked.sizes:
        _show([figure for size in asked.sizes for figure in sizes.by_size(size)], "sizes")
    if asked.growth:
        curve = _show(list(sizes.by_changes()), "growth")
        plot.write(curve, CURVE)
        print(f"{CURVE.relative_to(ROOT)} drawn: {sizes.slope(curve):.1f} µs for each further row")
    print(f"{RESULTS.relative_to(ROOT)} written, {time.monotonic() - started:.0f} s")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", action="store_true", help="also Django, pytest-postgresql and DSLR (3 minutes)")
    parser.add_argument("--sizes", type=_numbers, metavar="MB,MB", help="the same test on databases of these sizes")
    parser.add_argument("--growth", action="store_true", help="1 to 100,000 changed rows, drawn into docs/")
    return parser.parse_args()


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


def _peers() -> Iterator[Figure]:
    from bench import peers  # noqa: PLC0415  # needs Django

    with postgres.opened() as bench:
        yield from peers.measure(bench, RESULTS / "peers")


def _show(measured: list[Figure], name: str) -> list[Figure]:
    figures.write(measured, RESULTS / f"{name}.json")
    for figure in measured:
        print(f"{figure.case}: {figure.megabytes} MB, {figure.rows} rows: {figure.median_ms:.3f} ms")
    return measured


if __name__ == "__main__":
    main()
