"""What it takes to have the example's stack: cold, as it was left, and with two workers instead of one run.

``python bench/lifecycle.py`` copies examples/annotation, builds its baseline once, prints seconds and writes
build/bench/lifecycle.json. Alone on a machine of two cores it takes some minutes; ``--quick`` leaves out the suite.

Beside the seconds stand those that processors have worked, in all processes together: that of two workers says whether
the cores allow more than what was reached, and it is the same however much else the machine has to do.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
RESULT = ROOT / "build" / "bench" / "lifecycle.json"
ROUNDS = 3
TESTS = 400
SERIAL, WORKERS = f"{TESTS} tests, serial", f"{TESTS} tests, -n 2"
PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command takes, in seconds."""

    wall: float
    work: float
    """Of processors, by all processes that ended with it: a stack that stays up is in none of these."""


def adopt_orphans() -> None:
    """Have those whose parent is gone become ours, so that their work is counted (prctl(2): a subreaper)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


def worked() -> float:
    """Seconds that processors have worked for all that we started and that has ended."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def cost(folder: Path, *words: str) -> Cost:
    """What a command takes that must succeed."""
    before, began = worked(), time.perf_counter()
    done = subprocess.run([BIN / words[0], *words[1:]], cwd=folder, capture_output=True, text=True, check=False)
    wall = time.perf_counter() - began
    if done.returncode:
        raise SystemExit(f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return Cost(wall, worked() - before)


def median(folder: Path, *words: str, before: Sequence[str] = ()) -> Cost:
    """The median of some rounds, each after the command *before*."""
    taken = []
    for _ in range(ROUNDS):
        if before:
            cost(folder, *before)
        taken.append(cost(folder, *words))
    return Cost(statistics.median(each.wall for each in taken), statistics.median(each.work for each in taken))


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


def lifecycle(folder: Path) -> Iterator[tuple[str, Cost]]:
    """The start of the stack, and of pytest on it."""
    up, down = ("statusquo", "-q", "up"), ("statusquo", "-q", "down")
    one = ("pytest", "-q", next(iter(selection(folder).read_text().splitlines())))
    yield "baseline built and up", cost(folder, *up)
    yield "cold up, baseline kept", median(folder, *up, before=down)
    yield "up of a stack that runs", median(folder, *up)
    yield "status", median(folder, "statusquo", "status")
    yield "pytest of one test on a stack that runs", median(folder, *one)
    cost(folder, *down)
    yield "pytest of one test, cold", median(folder, *one)


def suite(folder: Path) -> Iterator[tuple[str, Cost]]:
    """The tests in one process, and in two workers."""
    words = ("pytest", "-q", f"@{selection(folder)}")
    yield SERIAL, cost(folder, *words)
    yield WORKERS, cost(folder, *words, "-n", "2")


def table(figures: Mapping[str, Cost]) -> Iterator[str]:
    """What is printed."""
    width = max(map(len, figures))
    for name, each in figures.items():
        yield f"{name:<{width}}  {each.wall:7.2f} s  {each.work:7.2f} s of work"
    if WORKERS in figures:
        serial, both = figures[SERIAL], figures[WORKERS]
        most = min(2, os.cpu_count() or 1) * serial.work / both.work
        yield f"two workers: {serial.wall / both.wall:.2f} times as fast"
        yield f"by their work, and if a serial run keeps one core busy, {os.cpu_count()} cores allow {most:.2f} times"


def main(words: Sequence[str]) -> None:
    """Measure, print, write."""
    adopt_orphans()
    with tempfile.TemporaryDirectory() as folder:
        project = Path(shutil.copytree(ROOT / "examples" / "annotation", Path(folder, "annotation")))
        shutil.rmtree(project / ".statusquo", ignore_errors=True)
        figures = dict(lifecycle(project))
        if "--quick" not in words:
            figures |= suite(project)
    print("\n".join(table(figures)))
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    seconds = {name: asdict(each) for name, each in figures.items()}
    facts = {"seconds": seconds, "cores": os.cpu_count(), "load": os.getloadavg()[0], "rounds": ROUNDS}
    RESULT.write_text(json.dumps(facts, indent=2) + "\n")
    print(f"{RESULT.relative_to(ROOT)} written")


if __name__ == "__main__":
    main(sys.argv[1:])
