"""``manage.py test`` with ``statusquo.django.Runner``, in one process and in two."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from statusquo.core.endpoint import Endpoint
from tests.django.suite import Suite, dsn

pytestmark = pytest.mark.integration

SUITE = Path(__file__).parent / "unittests"


def manage_test(database: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "django", "test", "--noinput", *arguments]
    return Suite(SUITE, database).start(
        command, {"SHOP_RUNNER": "statusquo.django.Runner", "PYTHONDONTWRITEBYTECODE": "1"}
    )


def of(server: Endpoint) -> str:
    assert server.admin
    return dsn(server.admin)


@pytest.mark.parametrize("arguments", [(), ("--parallel", "2")], ids=["one process", "two processes"])
def test_each_test_finds_the_databases_as_they_were_made(postgres_server: Endpoint, arguments: tuple[str, ...]) -> None:
    for database in ("sqlite", of(postgres_server)):
        run = manage_test(database, *arguments)
        assert "Ran 10 tests" in run.stdout, run.stdout
        assert run.returncode == 0, run.stdout


def test_databases_that_are_kept_are_clean_for_the_next_run(postgres_server: Endpoint) -> None:
    """What a killed run has left in one of the copies, too: its journal is what a run leaves that was not."""
    database = of(postgres_server)
    first = manage_test(database, "--keepdb", "--parallel", "2")
    with psycopg.connect(f"{database}test_shop_2", autocommit=True) as copy:
        copy.execute("DELETE FROM shop_category")
    second = manage_test(database, "--keepdb", "--parallel", "2")
    with psycopg.connect(f"{database}postgres", autocommit=True) as admin:
        for name in ("test_shop", "test_archive"):
            for number in ("", "_1", "_2"):
                admin.execute(f"DROP DATABASE {name}{number}".encode())
    assert [first.returncode, second.returncode] == [0, 0], first.stdout + second.stdout
    assert [run.stdout.count("was put back: public.shop_category.") for run in (first, second)] == [0, 1]
