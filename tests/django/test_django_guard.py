"""No connection to a database that the run has not made: what is refused, what is said, and what stays possible."""

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from statusquo.core.endpoint import Endpoint
from tests.django import suite
from tests.django.suite import Suite

RECIPE = """
import pytest
from django.db import connection, connections
from shop.models import Category

@pytest.fixture(scope="module")
def seeded(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return Category.objects.create(name="toys")

def test_recipe(seeded):
    pass

def test_alias_without_mark(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        connections["other"].ensure_connection()

def test_copy_of_a_connection(django_db_blocker):
    with django_db_blocker.unblock():
        connection.copy().ensure_connection()

def test_copes_with_a_database_that_cannot_be_reached(django_db_blocker):
    from django.db import DatabaseError
    with django_db_blocker.unblock(), pytest.raises(DatabaseError, match="is no test database of this run"):
        Category.objects.count()
"""
ROWS_AT_COLLECTION = """
import pytest
from shop.models import Category

@pytest.mark.parametrize("category", list(Category.objects.all()))
def test_each(category):
    pass
"""
ROWS_AT_IMPORT = """
from shop.models import Category

NAMES = [each.name for each in Category.objects.all()]
"""
USUAL = """
import pytest
from django.db import connections
from shop.models import Category

@pytest.mark.django_db(databases=["default", "replica"])
def test_mirror():
    assert connections["replica"].settings_dict["NAME"] == connections["default"].settings_dict["NAME"]

@pytest.mark.django_db(transaction=True)
def test_commits(django_db_blocker):
    Category.objects.create(name="toys")

def test_alias_without_mark(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        connections["other"].ensure_connection()

def test_maintenance(django_db_blocker):
    with django_db_blocker.unblock(), connections["default"]._nodb_cursor() as cursor:
        cursor.execute("SELECT 1")
"""
REPLICA = """
from settings import *

DATABASES["replica"] = {**database("shop"), "TEST": {"MIRROR": "default"}}
"""
OWN_DATABASE = """
import pytest
from django.db import connections

@pytest.fixture(scope="session")
def django_db_setup():
    connections["default"].settings_dict["NAME"] = "mine.sqlite3"
"""
ASKS_IT = """
import pytest
from django.db import connection

@pytest.mark.django_db
def test_rows():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM things")
        assert cursor.fetchall() == [("anvil",)]
"""
SAME_NAME = """
from settings import *

DATABASES["default"]["TEST"] = {"NAME": "shop.sqlite3"}
"""
ASKS_WHEN_READY = """
from django.apps import AppConfig
from django.db import DatabaseError

class CuriousConfig(AppConfig):
    name = "curious"

    def ready(self):
        from django.contrib.auth.models import User
        try:
            User.objects.count()
        except DatabaseError as error:
            print("refused:", error)
"""
OF_THEIR_OWN = """
from django.conf import settings
from django.core.management import call_command
from django.db.backends.sqlite3 import base, creation

class DatabaseCreation(creation.DatabaseCreation):
    def create_test_db(self, **options):
        self.connection.close()
        for each in (settings.DATABASES[self.connection.alias], self.connection.settings_dict):
            each["NAME"] = "made.sqlite3"
        call_command("migrate", verbosity=0, database=self.connection.alias)

class DatabaseWrapper(base.DatabaseWrapper):
    creation_class = DatabaseCreation
"""
CURIOUS = """
from settings import *

INSTALLED_APPS = [*INSTALLED_APPS, "curious.apps.CuriousConfig"]
DATABASES["default"]["ENGINE"] = "curious.backend"
"""


def test_a_database_that_the_run_has_not_made_is_refused(tmp_path: Path) -> None:
    tests = Suite(tmp_path)
    tests.write(test_recipe=RECIPE, test_rows=ROWS_AT_COLLECTION)
    run = tests.run("--continue-on-collection-errors", "--tb=line", "-vv")
    assert "2 failed, 1 passed, 2 errors" in run.stdout
    assert (
        "No connection was made to the database \"shop.sqlite3\" (alias 'default'): "
        "it is no test database of this run. "
        f'Asked for by the fixture "seeded" at {tmp_path}/test_recipe.py:9 (seeded). No test database was made for '
        "this alias: pytest-django makes those that a mark or a test class names. Drop django_db_blocker.unblock(), "
        "and a fixture gets the test database by itself at its first query; or name the alias in a mark: "
        'django_db(databases=["default"]). If tests are meant to use this very database: '
        "statusquo_django_databases = default=shop.sqlite3 in pytest's configuration."
    ) in run.stdout
    assert "Tests are being collected, and there is no test database yet." in run.stdout
    assert "\"archive.sqlite3\" (alias 'other')" in run.stdout
    assert not (tmp_path / "shop.sqlite3").exists()


def test_a_conftest_file_that_asks_for_rows_is_told_when_to(tmp_path: Path) -> None:
    tests = Suite(tmp_path)
    tests.write(conftest=ROWS_AT_IMPORT)
    run = tests.run()
    assert run.returncode == pytest.ExitCode.USAGE_ERROR
    assert "No connection was made to the database \"shop.sqlite3\" (alias 'default')" in run.stdout
    assert "conftest files are being loaded, and there is no test database yet. Ask for it later" in run.stdout


def test_an_app_that_asks_while_it_gets_ready_goes_on_as_without_a_database(tmp_path: Path) -> None:
    tests = Suite(tmp_path)
    (tmp_path / "curious").mkdir()
    (tmp_path / "curious" / "apps.py").write_text(ASKS_WHEN_READY)
    (tmp_path / "curious" / "backend").mkdir()
    (tmp_path / "curious" / "backend" / "base.py").write_text(OF_THEIR_OWN)
    tests.write(curious_settings=CURIOUS, test_usual=ASKS_IT.replace('"SELECT name FROM things"', "\"SELECT 'anvil'\""))
    run = tests.run("-s", "-W", "ignore::RuntimeWarning", DJANGO_SETTINGS_MODULE="curious_settings")
    assert 'refused: No connection was made to the database "shop.sqlite3"' in run.stdout
    assert "1 passed" in run.stdout, run.stdout  # in the database that the back end made in its own way


def test_a_database_of_the_users_needs_their_word(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "mine.sqlite3")) as database:
        database.executescript("CREATE TABLE things (name TEXT); INSERT INTO things VALUES ('anvil')")
    tests = Suite(tmp_path)
    tests.write(conftest=OWN_DATABASE, test_things=ASKS_IT)
    assert "statusquo_django_databases = default=mine.sqlite3 in pytest's configuration" in tests.run().stdout
    assert "1 passed" in tests.run("-o", "statusquo_django_databases=default=mine.*").stdout
    assert "'mine' is not ALIAS=NAME" in tests.run("-o", "statusquo_django_databases=mine").stdout


def test_a_test_database_with_the_name_of_the_real_one_is_not_made(tmp_path: Path) -> None:
    (tmp_path / "shop.sqlite3").write_bytes(b"all that we have")
    tests = Suite(tmp_path)
    tests.write(same=SAME_NAME, test_things=ASKS_IT)
    run = tests.run(DJANGO_SETTINGS_MODULE="same")
    assert "No connection was made to the database \"shop.sqlite3\" (alias 'default')" in run.stdout
    assert (tmp_path / "shop.sqlite3").read_bytes() == b"all that we have"


def test_what_django_itself_connects_to_is_let_through(tmp_path: Path, postgres_server: Endpoint) -> None:
    assert postgres_server.admin
    tests = Suite(tmp_path, suite.dsn(postgres_server.admin))
    tests.write(replica=REPLICA, test_usual=USUAL)
    run = tests.run("--tb=line", DJANGO_SETTINGS_MODULE="replica")
    assert "1 failed, 3 passed" in run.stdout
    assert '"archive" at' in run.stdout
    with psycopg.connect(suite.dsn(postgres_server.admin) + "postgres") as database:
        names = {name for (name,) in database.execute("SELECT datname FROM pg_database").fetchall()}
    assert not {"shop", "archive", "test_shop", "test_archive"} & names
