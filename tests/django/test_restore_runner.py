"""``manage.py test`` with ``statusquo.django.Runner``, in one process and in two."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from statusquo.core import libpq
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
    runs = [manage_test(of(postgres_server), "--keepdb") for _ in range(2)]
    assert [run.returncode for run in runs] == [0, 0], [run.stdout for run in runs]
    assert postgres_server.admin
    with psycopg.connect(libpq.conninfo(postgres_server.admin), autocommit=True) as admin:
        admin.execute("DROP DATABASE test_shop")
        admin.execute("DROP DATABASE test_archive")
