"""What a Django suite pays that uses nothing of ours: ``python bench/django_suite.py``, into build/bench/.

The same suite of savepoint tests with pytest-django alone, with us beside it, and alone again, in turns: the difference
of the two runs alone is what the noise of the machine makes of nothing. The first run of each is left out, as it may
write bytecode: an installed package has its own, as pytest-django has.
"""

from __future__ import annotations

import argparse
import os
import shutil
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
from tests.django.suite import PROJECT, dsn  # noqa: E402

MODULES, TESTS = 20, 50
ALONE, BESIDE, AGAIN = "pytest-django alone", "with statusquo beside it", "pytest-django alone, again"
NONE_OF_OURS = ("-p", "no:statusquo", "-p", "no:statusquo_django")
CASES = {ALONE: NONE_OF_OURS, BESIDE: (), AGAIN: NONE_OF_OURS}
TEXT = """
import pytest
from shop.models import Category, Product

@pytest.mark.django_db
@pytest.mark.parametrize("number", range({tests}))
def test_adds(number):
    toys = Category.objects.create(name="toys")
    for each in range(3):
        Product.objects.create(name=f"train {{each}}", category=toys)
    assert toys.products.count() == 3

@pytest.mark.parametrize("number", range({tests}))
def test_plain(number):
    assert number < {tests}
"""


def main() -> None:
    """Measure on each database, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    done: list[Figure] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(servers.postgres(folder / "server"))
        assert server.admin
        suite = _written(folder / "suite")
        for store, database in (("sqlite", "sqlite"), ("postgres", dsn(server.admin))):
            found = list(_measure(suite, store, database, rounds))
            done += [figure for figure, _ in found]
            print(f"\n{store}: {MODULES * TESTS} savepoint tests and as many plain ones; CPU time of the whole run")
            print("\n".join(figures.table([figure for figure, _ in found], beside=ALONE)))
            least = {figure.case: least for figure, least in found}
            ratios = (f"{least[case] / least[ALONE]:.3f} {case}" for case in (BESIDE, AGAIN))
            print(f"at the least: {', '.join(ratios)}")
    figures.write(done, ROOT / "build" / "bench" / "django_suite.json")


def _measure(suite: Path, store: str, database: str, rounds: int) -> Iterator[tuple[Figure, float]]:
    """Each case, and the least that it took."""
    times: dict[str, list[float]] = {case: [] for case in CASES}
    for _ in range(rounds + 1):
        for case, options in CASES.items():
            times[case].append(_milliseconds(suite, database, options))
    for case, measured in times.items():
        yield figures.figure(case, Scene(store, 13, 0), MODULES * TESTS, measured[1:]), min(measured[1:])


def _milliseconds(suite: Path, database: str, options: tuple[str, ...]) -> float:
    """The CPU time of a run: other work on the machine counts less in it than in the time on the wall."""
    settings = {"DJANGO_SETTINGS_MODULE": "settings", "PYTHONPATH": str(PROJECT), "SHOP_DATABASE": database}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *options]
    others = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    run = subprocess.Popen(command, cwd=suite, env={**others, **settings}, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(run.pid, 0)
    run.returncode = os.waitstatus_to_exitcode(status)
    assert run.returncode == 0, command
    return (usage.ru_utime + usage.ru_stime) * 1000


def _written(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for number in range(MODULES):
        (folder / f"test_{number}.py").write_text(TEXT.format(tests=TESTS), encoding="utf-8")
    return folder


if __name__ == "__main__":
    main()
