"""What today's tools fail, as suites below ``scenarios``: in file order, in random orders, on two workers.

``STATUSQUO_TEST_DJANGO=all`` runs each in ten orders, alone and with each way to share tests among workers.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections import ChainMap
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import psycopg
import pytest

from tests.django.suite import Suite

pytestmark = pytest.mark.integration

SCENARIOS = Path(__file__).parent / "scenarios"
DATABASES = ["sqlite", "postgresql"]
WORKERS = [(), *(("-n2", f"--dist={dist}") for dist in ("loadfile", "loadscope", "worksteal"))]
SEEDS = range(1, 11)
ORDERS = [("-p", "randomly", f"--randomly-seed={seed}") for seed in SEEDS]
SOME = [("sqlite", ()), ("sqlite", (*WORKERS[3], *ORDERS[0])), ("postgresql", ORDERS[1]), ("postgresql", WORKERS[1])]
ALL = [
    *((name, (*workers, *order)) for name, workers, order in product(DATABASES, WORKERS, [(), *ORDERS])),
    *((name, ("-n2", f"--dist={dist}")) for name, dist in product(DATABASES, ("load", "no"))),
]
MODES = ALL if os.environ.get("STATUSQUO_TEST_DJANGO") == "all" else SOME
VERDICT = re.compile(r"^(PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS) (?:\[\d+\] )?(\w+\.py)", re.MULTILINE)

LOOK = """
import django

django.setup()

from shop.models import Category

print(*Category.objects.order_by("pk").values_list("name", flat=True))
"""


def named(value: str | tuple[str, ...]) -> str:
    """How a mode is called in the list of tests."""
    return value if isinstance(value, str) else " ".join(value)


def suite(name: str, folder: Path, database: str) -> Suite:
    return Suite(Path(shutil.copytree(SCENARIOS / name, folder / name)), database)


def assert_all_pass(suite: Suite, run: subprocess.CompletedProcess[str]) -> None:
    """Each module has tests, and each test the one verdict."""
    verdicts = set(VERDICT.findall(run.stdout))
    assert verdicts == {("PASSED", module.name) for module in suite.folder.glob("test_*.py")}, run.stdout
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize(("database", "mode"), MODES, ids=named, indirect=["database"])
def test_they_pass_in_any_order(mode: tuple[str, ...], database: str, tmp_path: Path) -> None:
    together = suite("together", tmp_path, database)
    assert_all_pass(together, together.run("-rA", "-panyio", *mode))


def test_the_real_database_is_left_alone(database: str, tmp_path: Path) -> None:
    real = suite("real", tmp_path, database)
    with contextlib.ExitStack() as stack:
        if database != "sqlite":
            stack.enter_context(made(database, "shop"))
        real.start([sys.executable, "-m", "django", "migrate"], {})
        run = real.run("-rA")
        assert set(VERDICT.findall(run.stdout)) == {("ERROR", "test_m.py")}, run.stdout
        assert 'RealDatabase: No connection was made to the database "shop' in run.stdout
        assert real.start([sys.executable, "-c", LOOK], {}).stdout.split() == ["books", "tea"]


def test_without_migrations(database: str, tmp_path: Path) -> None:
    synced = suite("no_migrations", tmp_path, database)
    assert_all_pass(synced, synced.run("-rA", "--no-migrations"))


def test_many_models(database: str, tmp_path: Path) -> None:
    """What a test that commits costs is counted: the tables that it touched, and no others."""
    many = suite("many", tmp_path, database)
    run = many.run("-rA", "--db-report-json=report.json", DJANGO_SETTINGS_MODULE="big")
    assert run.returncode == 0, run.stdout
    found = json.loads((many.folder / "report.json").read_text(encoding="utf-8"))["tests"]
    committing = [each for each in found if "test_commits" in each["test"]]
    assert [each["tables"] for each in committing] == [["default.many_model0", "default.many_model1"]] * 15
    if database != "sqlite":  # which puts back pages
        put_back = [dict(ChainMap(*(each["tables"] for each in test["rewinds"]))) for test in committing]
        assert put_back == [{"public.many_model0": 1, "public.many_model1": 1, "sequences": 2}] * 15


def test_in_a_database_that_is_used_again(database: str, tmp_path: Path) -> None:
    """After a run that was killed, too."""
    reused = suite("reused", tmp_path, database)
    for crash in ("", "in a test", ""):
        run = reused.run("-rA", "--reuse-db", DJANGO_SETTINGS_MODULE="kept", SCENARIO_CRASH=crash)
        assert run.returncode == (9 if crash else 0), run.stdout
        assert crash or len(VERDICT.findall(run.stdout)) == 2, run.stdout


@contextlib.contextmanager
def made(server: str, name: str) -> Iterator[None]:
    """A database for a while."""
    with psycopg.connect(server + "postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        yield
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
