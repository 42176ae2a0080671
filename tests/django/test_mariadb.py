"""Django's tests over a MariaDB, which is put back row by row: the promises that hold on the other databases."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import mariadb
from tests.django.suite import Suite

pytestmark = pytest.mark.integration

SUITES = Path(__file__).parent


@pytest.fixture(autouse=True)
def nothing_stays(mariadb_server: Path) -> Iterator[None]:
    yield
    assert mariadb.databases(mariadb_server) == set()


def suite(server: Path, folder: Path, *names: str) -> Suite:
    """These suites as one, over the server."""
    for name in names:
        shutil.copytree(SUITES / name, folder / "suite", dirs_exist_ok=True)
    return Suite(folder / "suite", mariadb.dsn(server))


def test_rows_keys_and_values_of_every_kind_are_put_back(mariadb_server: Path, tmp_path: Path) -> None:
    run = suite(mariadb_server, tmp_path, "committing", "tables").run("--db-report", DJANGO_SETTINGS_MODULE="tables")
    assert run.returncode == 0, run.stdout
    assert "Sessions in a transaction that a test had left open were ended: 1." in run.stdout


def test_what_other_tools_fail_passes_in_any_order_on_two_workers(mariadb_server: Path, tmp_path: Path) -> None:
    together = suite(mariadb_server, tmp_path, "scenarios/together")
    no_temporary_models = "--ignore-glob=*test_p_*"  # they are refused there: DDL commits
    run = together.run("-panyio", no_temporary_models, "-n2", "--dist=worksteal", "-p", "randomly", "--randomly-seed=3")
    assert run.returncode == 0, run.stdout


def test_databases_that_are_used_again(mariadb_server: Path, tmp_path: Path) -> None:
    reused = suite(mariadb_server, tmp_path, "scenarios/reused")
    kept, last = (
        reused.run(option, DJANGO_SETTINGS_MODULE="kept", SCENARIO_CRASH="") for option in ("--reuse-db", "--create-db")
    )
    assert (kept.returncode, last.returncode) == (0, 0), kept.stdout + last.stdout


def test_the_runner_of_unittest(mariadb_server: Path) -> None:
    command = [sys.executable, "-m", "django", "test", "--noinput"]
    environment = {"SHOP_RUNNER": "statusquo.django.Runner", "PYTHONDONTWRITEBYTECODE": "1"}
    run = Suite(SUITES / "unittests", mariadb.dsn(mariadb_server)).start(command, environment)
    assert "Ran 10 tests" in run.stdout, run.stdout
    assert run.returncode == 0, run.stdout
