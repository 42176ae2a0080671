"""What it takes to have the example's stack: cold, as it was left, and with two workers instead of one run.

``python bench/lifecycle.py`` copies examples/annotation, builds its baseline once, prints seconds and writes
build/bench/lifecycle.json. Alone on a machine of two cores it takes some minutes; ``--quick`` leaves out the suite.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
RESULT = ROOT / "build" / "bench" / "lifecycle.json"
ROUNDS = 3
TESTS = 400


def seconds(folder: Path, *words: str) -> float:
    """How long a command takes that must succeed."""
    began = time.perf_counter()
    done = subprocess.run([BIN / words[0], *words[1:]], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return time.perf_counter() - began


def median(folder: Path, *words: str, before: Sequence[str] = ()) -> float:
    """The median of some rounds, each after the command *before*."""
    taken = []
    for _ in range(ROUNDS):
        if before:
            seconds(folder, *before)
        taken.append(seconds(folder, *words))
    return statistics.median(taken)


def selection(folder: Path) -> Path:
    """A file for ``pytest @FILE`` with the tests that are run, evenly from the whole suite."""
    listed = subprocess.run(
        [BIN / "pytest", "--collect-only", "-q"], cwd=folder, capture_output=True, text=True, check=True
    )
    found = [line for line in listed.stdout.splitlines() if "::" in line]
    chosen = [found[number * len(found) // TESTS] for number in range(min(TESTS, len(found)))]
    file = folder / "selection.txt"
    file.write_text("\n".join(chosen))
    return file


def lifecycle(folder: Path) -> Iterator[tuple[str, float]]:
    """The start of the stack, and of pytest on it."""
    up, down = ("statusquo", "-q", "up"), ("statusquo", "-q", "down")
    one = ("pytest", "-q", next(iter(selection(folder).read_text().splitlines())))
    yield "baseline built and up", seconds(folder, *up)
    yield "cold up, baseline kept", median(folder, *up, before=down)
    yield "up of a stack that runs", median(folder, *up)
    yield "status", median(folder, "statusquo", "status")
    yield "pytest of one test on a stack that runs", median(folder, *one)
    seconds(folder, *down)
    yield "pytest of one test, cold", median(folder, *one)


def suite(folder: Path) -> Iterator[tuple[str, float]]:
    """The tests in one process, and in two workers."""
    words = ("pytest", "-q", f"@{selection(folder)}")
    yield f"{TESTS} tests, serial", seconds(folder, *words)
    yield f"{TESTS} tests, -n 2", seconds(folder, *words, "-n", "2")


def table(figures: Mapping[str, float]) -> Iterator[str]:
    """What is printed."""
    width = max(map(len, figures))
    yield from (f"{name:<{width}}  {value:7.2f} s" for name, value in figures.items())
    if f"{TESTS} tests, -n 2" in figures:
        yield f"two workers: {figures[f'{TESTS} tests, serial'] / figures[f'{TESTS} tests, -n 2']:.2f} times as fast"


def main(words: Sequence[str]) -> None:
    """Measure, print, write."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(shutil.copytree(ROOT / "examples" / "annotation", Path(folder, "annotation")))
        shutil.rmtree(project / ".statusquo", ignore_errors=True)
        figures = dict(lifecycle(project))
        if "--quick" not in words:
            figures |= suite(project)
    print("\n".join(table(figures)))
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    facts = {"seconds": figures, "cores": os.cpu_count(), "load": os.getloadavg()[0], "rounds": ROUNDS}
    RESULT.write_text(json.dumps(facts, indent=2) + "\n")
    print(f"{RESULT.relative_to(ROOT)} written")


if __name__ == "__main__":
    main(sys.argv[1:])
