"""What a Django test costs that commits: ``python bench/django_transactional.py``, into build/bench/.

200 models, 2,000 rows of the migrations; the same test rolled back to a savepoint, put back by us, flushed by Django,
and flushed and loaded again by ``serialized_rollback``. From before its set-up to after its teardown; the first of each
kind, which makes the databases, is left out. The way back alone is what Django's test case does at its end, and what
loads the serialized rows again.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import figures  # noqa: E402  # run as a script, Python looks beside the script only
from bench.figures import Figure, Scene  # noqa: E402
from statusquo.testing import servers  # noqa: E402
from tests.django.suite import dsn  # noqa: E402

PROJECT = Path(__file__).parent / "django_project"
SAVEPOINT, OURS = "rolled back to a savepoint", "committed, put back by statusquo"
REWIND, BESIDE = "of that, the rewind", "of that, all but the rewind"
FLUSH, SERIALIZED = "committed, flushed", "committed, flushed, serialized_rollback"
OUR_WAY, FLUSH_WAY, SERIALIZED_WAY = "the way back: by statusquo", "the way back: flush", "the way back: flush and load"
ALONE = "--no-statusquo-django"
RUNS = (
    (
        ("-k", "savepoint or committing"),
        {"savepoint": SAVEPOINT, "committing": OURS, "rewind": REWIND, "beside": BESIDE, "way back": OUR_WAY},
    ),
    (("-k", "committing", ALONE), {"committing": FLUSH, "way back": FLUSH_WAY}),
    (("-k", "serialized", ALONE), {"serialized": SERIALIZED, "way back": SERIALIZED_WAY}),
)
TABLES = 210


def main() -> None:
    """Measure on each database, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=1, help="how often all is run, in turns")
    rounds = parser.parse_args().rounds
    done: list[Figure] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(servers.postgres(folder / "server"))
        assert server.admin
        for store, database in (("postgres", dsn(server.admin)), ("sqlite", "sqlite")):
            times = _measure(database, folder / "times.json", rounds)
            found = [figures.figure(case, Scene(store, TABLES, 0), 5, each) for case, each in times.items()]
            done += found
            print(f"\n{store}: a test that writes to 2 of 200 models")
            print("\n".join(figures.table(found, beside=OURS)))
            print(_verdict("in the middle", {case: statistics.median(each) for case, each in times.items()}))
            print(_verdict("at the least", {case: min(each) for case, each in times.items()}))
    figures.write(done, ROOT / "build" / "bench" / "django_transactional.json")


def _measure(database: str, times: Path, rounds: int) -> dict[str, list[float]]:
    settings = {"DJANGO_SETTINGS_MODULE": "settings", "BENCH_DATABASE": database, "BENCH_TIMES": str(times)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-c", os.devnull]
    found: dict[str, list[float]] = {}
    for options, cases in RUNS * rounds:
        run = subprocess.run(
            [*command, "--rootdir=.", *options],
            cwd=PROJECT,
            env={**os.environ, **settings, "PYTHONPATH": "."},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stdout
        measured = json.loads(times.read_text(encoding="utf-8"))
        for mode, case in cases.items():
            found.setdefault(case, []).extend(measured[mode][1:])
    return found


def _verdict(which: str, cost: dict[str, float]) -> str:
    beside = cost[BESIDE] / cost[SAVEPOINT]
    whole = f"{cost[FLUSH] / cost[OURS]:.0f} and {cost[SERIALIZED] / cost[OURS]:.0f}"
    alone = f"{cost[FLUSH_WAY] / cost[OUR_WAY]:.0f} and {cost[SERIALIZED_WAY] / cost[OUR_WAY]:.0f}"
    return (
        f"{which}: without the rewind {beside:.2f} times the savepoint test; flush and serialized_rollback cost "
        f"{whole} times as much by the whole test, {alone} times by the way back"
    )


if __name__ == "__main__":
    main()
