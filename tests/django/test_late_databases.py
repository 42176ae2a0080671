"""Test databases that no mark names: made at the first query of a fixture, and removed like the others."""

from pathlib import Path

import psycopg

from statusquo.core.endpoint import Endpoint
from tests.django import suite
from tests.django.suite import Suite

LATE = """
import pytest
from django.db import connections
from shop.models import Category
from statusquo.django.plugin import building

@pytest.fixture(scope="session")
def archived(request, django_db_blocker):
    building.ensure(request, "replica")
    with django_db_blocker.unblock():
        assert connections["default"].settings_dict["NAME"] == "test_shop"
        return [each.name for each in Category.objects.using("replica").order_by("pk")]

def test_no_mark_anywhere(archived):
    assert archived == ["books", "tea"]

def test_twice(archived, request):
    building.ensure(request, "replica")
    building.ensure(request, "other")
"""
REPLICA = """
from settings import *

DATABASES["replica"] = {**database("archive"), "TEST": {"MIRROR": "other"}}
"""


def test_a_database_is_made_when_a_fixture_needs_it(tmp_path: Path, postgres_server: Endpoint) -> None:
    assert postgres_server.admin
    tests = Suite(tmp_path, suite.dsn(postgres_server.admin))
    tests.write(replica=REPLICA, test_late=LATE)
    run = tests.run("-W", "error", DJANGO_SETTINGS_MODULE="replica")
    assert run.returncode == 0, run.stdout
    with psycopg.connect(suite.dsn(postgres_server.admin) + "postgres") as database:
        names = {name for (name,) in database.execute("SELECT datname FROM pg_database").fetchall()}
    assert not {"shop", "archive", "test_shop", "test_archive"} & names
