"""A role that may not do what the journal needs: all rows are written anew, and one statement would change that."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from statusquo.core import libpq
from statusquo.core.endpoint import Address, Endpoint
from tests.django.suite import Suite, dsn

pytestmark = pytest.mark.integration

SUITE = Path(__file__).parent / "committing"
GRANT = 'GRANT SET ON PARAMETER session_replication_role TO "django_owner"'


@pytest.fixture
def owner(postgres_server: Endpoint) -> Iterator[tuple[Address, psycopg.Connection]]:
    """A role that may make databases and nothing else, and the superuser."""
    assert postgres_server.admin
    with psycopg.connect(libpq.conninfo(postgres_server.admin), autocommit=True) as admin:
        admin.execute("CREATE ROLE django_owner LOGIN CREATEDB PASSWORD 'word'")
        yield dataclasses.replace(postgres_server.admin, user="django_owner", password="word"), admin
        admin.execute("DROP OWNED BY django_owner")
        admin.execute("DROP ROLE django_owner")


def test_the_run_says_once_which_grant_makes_it_fast(owner: tuple[Address, psycopg.Connection], tmp_path: Path) -> None:
    address, admin = owner
    suite = Suite(Path(shutil.copytree(SUITE, tmp_path / "suite")), dsn(address))
    plain = suite.run("-n2", "-k", "marked or layers")
    assert plain.returncode == 0, plain.stdout
    assert plain.stdout.count(GRANT) == 2, plain.stdout  # a line for each alias
    if admin.info.server_version >= 150000:
        admin.execute(GRANT)
        granted = suite.run("-k", "marked or layers")
        assert granted.returncode == 0, granted.stdout
        assert "GRANT" not in granted.stdout
