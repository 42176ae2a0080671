"""What a Django test costs that commits: ``python bench/django_transactional.py``, into build/bench/.

200 models, 2,000 rows of the migrations; the same test rolled back to a savepoint, put back by us, flushed by Django,
and flushed and loaded again by ``serialized_rollback``. From before its set-up to after its teardown; the first of each
kind, which makes the databases, is left out.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import figures  # noqa: E402  # run as a script, Python looks beside the script only
from bench.figures import Figure, Scene  # noqa: E402
from statusquo.testing import servers  # noqa: E402
from tests.django.suite import dsn  # noqa: E402

PROJECT = Path(__file__).parent / "django_project"
SAVEPOINT, OURS, REWIND = "rolled back to a savepoint", "committed, put back by statusquo", "of that, the rewind"
FLUSH, SERIALIZED = "committed, flushed", "committed, flushed, serialized_rollback"
ALONE = "--no-statusquo-django"
RUNS = (
    (("-k", "savepoint or committing"), {"savepoint": SAVEPOINT, "committing": OURS, "rewind": REWIND}),
    (("-k", "committing", ALONE), {"committing": FLUSH}),
    (("-k", "serialized", ALONE), {"serialized": SERIALIZED}),
)
TABLES = 210


def main() -> None:
    """Measure on each database, print, write."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    done: list[Figure] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(servers.postgres(folder / "server"))
        assert server.admin
        for store, database in (("postgres", dsn(server.admin)), ("sqlite", "sqlite")):
            found = list(_measure(store, database, folder / "times.json"))
            done += found
            print(f"\n{store}: a test that writes to 2 of 200 models")
            print("\n".join(figures.table(found, beside=OURS)))
            print(_verdict({each.case: each.median_ms for each in found}))
    figures.write(done, ROOT / "build" / "bench" / "django_transactional.json")


def _measure(store: str, database: str, times: Path) -> Iterator[Figure]:
    settings = {"DJANGO_SETTINGS_MODULE": "settings", "BENCH_DATABASE": database, "BENCH_TIMES": str(times)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-c", os.devnull]
    for options, cases in RUNS:
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
            yield figures.figure(case, Scene(store, TABLES, 0), 5, measured[mode][1:])


def _verdict(median: dict[str, float]) -> str:
    beside = (median[OURS] - median[REWIND]) / median[SAVEPOINT]
    return (
        f"without the rewind {beside:.2f} times the savepoint test; "
        f"a flush costs {median[FLUSH] / median[OURS]:.0f} times, serialized_rollback "
        f"{median[SERIALIZED] / median[OURS]:.0f} times as much"
    )


if __name__ == "__main__":
    main()
