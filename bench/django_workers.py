"""What it takes to have the test databases of four workers: ``python bench/django_workers.py``, into build/bench/.

The project of 200 models, two tests for each worker; with pytest-django alone each of them migrates, with us one does.
"""

from __future__ import annotations

import argparse
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
WORKERS, TABLES = 4, 210
ONCE, EACH = "built once, copied by the others", "built by each worker (pytest-django alone)"
CASES = {ONCE: (), EACH: ("--no-statusquo-django",)}
TEXT = """
import pytest
from many.models import Model3

@pytest.mark.django_db
@pytest.mark.parametrize("number", range({tests}))
def test_adds(number):
    Model3.objects.create(name="new")
"""


def main() -> None:
    """Measure on each database, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    done: list[Figure] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "test_workers.py").write_text(TEXT.format(tests=WORKERS * 2), encoding="utf-8")
        server = stack.enter_context(servers.postgres(folder / "server"))
        assert server.admin
        for store, database in (("postgres", dsn(server.admin)), ("sqlite", "sqlite")):
            found = list(_measure(folder, store, database, rounds))
            done += found
            print(f"\n{store}: 200 models, {WORKERS} workers; CPU time of the whole run")
            print("\n".join(figures.table(found, beside=ONCE)))
    figures.write(done, ROOT / "build" / "bench" / "django_workers.json")


def _measure(folder: Path, store: str, database: str, rounds: int) -> Iterator[Figure]:
    for case, options in CASES.items():
        times = [_milliseconds(folder, database, options) for _ in range(rounds)]
        yield figures.figure(case, Scene(store, TABLES, 0), 1, times)


def _milliseconds(folder: Path, database: str, options: tuple[str, ...]) -> float:
    """The CPU time of a run and its workers; that of the server is not in it."""
    settings = {"DJANGO_SETTINGS_MODULE": "settings", "BENCH_DATABASE": database, "PYTHONPATH": str(PROJECT)}
    command = [sys.executable, "-m", "pytest", "-q", f"-n{WORKERS}", "-p", "no:cacheprovider", "-p", "no:randomly"]
    command += ["-c", os.devnull, f"--rootdir={folder}", str(folder / "test_workers.py"), *options]
    run = subprocess.Popen(command, cwd=folder, env={**os.environ, **settings}, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(run.pid, 0)
    run.returncode = os.waitstatus_to_exitcode(status)
    assert run.returncode == 0, command
    return (usage.ru_utime + usage.ru_stime) * 1000


if __name__ == "__main__":
    main()
