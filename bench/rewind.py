"""Measure rewinds beside their peers: ``python bench/rewind.py`` prints a table and writes build/bench/rewind.json.

A store takes part with a module that has ``measure() -> Iterator[Figure]``, listed in STORES.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import figures, postgres  # noqa: E402  # run as a script, Python looks beside the script only

STORES = (postgres,)
RESULT = ROOT / "build" / "bench" / "rewind.json"


def main() -> None:
    """Measure all, print, write."""
    started = time.monotonic()
    done = [figure for store in STORES for figure in store.measure()]
    figures.write(done, RESULT)
    print(f"{done[0].tables} tables, {done[0].megabytes} MB; ratio: to the {postgres.REWIND!r}")
    print("\n".join(figures.table(done, beside=postgres.REWIND)))
    print(f"{RESULT.relative_to(ROOT)} written, {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
