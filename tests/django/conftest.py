"""Suites that are run in processes of their own are no tests of this one."""

from __future__ import annotations

import dataclasses

import psycopg
import pytest

from statusquo.core import libpq
from statusquo.core.endpoint import Endpoint
from tests.django.suite import dsn

collect_ignore = ["committing", "playing", "project", "scenarios", "tables", "unittests"]


@pytest.fixture(scope="session")
def superuser_dsn(postgres_server: Endpoint) -> str:
    """The way in for a superuser who is not called as our schema is: that would be where his new tables go.

    He goes with the server.
    """
    admin = postgres_server.admin
    assert admin
    with psycopg.connect(libpq.conninfo(admin), autocommit=True) as server:
        server.execute("CREATE ROLE django_admin SUPERUSER LOGIN PASSWORD 'word'")
    return dsn(dataclasses.replace(admin, user="django_admin", password="word"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Where the shop's settings find their databases."""
    if request.param == "sqlite":
        return "sqlite"
    return str(request.getfixturevalue("superuser_dsn"))
