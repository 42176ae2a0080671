"""Workers of pytest-xdist share what one of them has built; what is stale, half or not wanted any more goes away."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from statusquo.core.endpoint import Endpoint
from statusquo.django.templates import digest
from tests.django import suite
from tests.django.suite import Suite

SHOP = """
import os

import pytest
from django.db import connections
from shop.models import Category, Tag

@pytest.mark.django_db(databases=["default", "other"])
@pytest.mark.parametrize("number", range(4))
def test_rows(number):
    for alias in ("default", "other"):
        names = [each.name for each in Category.objects.using(alias).order_by("pk")]
        assert names == os.environ["NAMES"].split()
        Tag.objects.using(alias).create(name="new")
        assert Tag.objects.using(alias).count() == 1

@pytest.mark.django_db(databases=["default", "other"], transaction=True)
def test_each_worker_has_its_own():
    Tag.objects.create(name="new")
    worker = os.environ["PYTEST_XDIST_WORKER"]
    name = connections["default"].settings_dict["NAME"]
    assert name.endswith((worker, "memory&cache=shared"))
"""
MORE = """
from settings import *

INSTALLED_APPS = [*INSTALLED_APPS, "more"]
"""
MIGRATION = """
from django.db import migrations

def add(apps, editor):
    apps.get_model("shop", "Category").objects.using(editor.connection.alias).create(name="NAME")

class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
"""
COUNTS = """
import os
from pathlib import Path

from django.apps import apps
from django.db.models.signals import post_migrate

def note(using, **_):
    with open("migrated.txt", "a") as file:
        file.write(using + "\\n")
    if os.environ.get("KILLED") and not Path("killed.txt").exists():
        Path("killed.txt").touch()
        os._exit(9)

def pytest_configure():
    post_migrate.connect(note, sender=apps.get_app_config("shop"), weak=False)
"""


@contextmanager
def migrating(tests: Suite) -> Iterator[list[str]]:
    """The aliases whose databases Django migrates, in any process."""
    log, migrated = tests.folder / "migrated.txt", list[str]()
    log.write_text("")
    yield migrated
    migrated += sorted(log.read_text().split())


def databases(endpoint: Endpoint) -> set[str]:
    """What is on the server."""
    assert endpoint.admin
    with psycopg.connect(suite.dsn(endpoint.admin) + "postgres") as server:
        return {str(name) for (name,) in server.execute("SELECT datname FROM pg_database").fetchall()}


def templates(endpoint: Endpoint) -> set[str]:
    """Those that workers copy."""
    return {name for name in databases(endpoint) if name.startswith("statusquo_")}


def shop(folder: Path, database: str = "sqlite") -> Suite:
    tests = Suite(folder, database)
    tests.write(test_rows=SHOP, conftest=COUNTS, more_settings=MORE)
    migrations = folder / "more" / "migrations"
    migrations.mkdir(parents=True)
    for package in (migrations.parent, migrations):
        (package / "__init__.py").touch()
    edit(tests, "wine")
    return tests


def edit(tests: Suite, name: str) -> None:
    """Have the migration of the suite's own app add a category of this name."""
    (tests.folder / "more" / "migrations" / "0001_initial.py").write_text(MIGRATION.replace("NAME", name))


def run(tests: Suite, *arguments: str, names: str = "books tea wine") -> str:
    """Run it on two workers, and have all pass."""
    done = tests.run("-n2", *arguments, NAMES=names, DJANGO_SETTINGS_MODULE="more_settings")
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_a_template_is_built_once_kept_rebuilt_when_stale_and_removed(
    tmp_path: Path, postgres_server: Endpoint
) -> None:
    assert postgres_server.admin
    before = databases(postgres_server)
    tests = shop(tmp_path, suite.dsn(postgres_server.admin))
    with migrating(tests) as first:
        run(tests, "--reuse-db")
    kept = templates(postgres_server) - before
    edit(tests, "beer")
    with migrating(tests) as edited:
        run(tests, "--reuse-db", names="books tea beer")
    now = templates(postgres_server) - before
    with migrating(tests) as again:
        run(tests, names="books tea beer")
    assert (first, edited, again) == (["default", "other"], ["default", "other"], [])
    assert (len(kept), len(now), kept & now) == (2, 2, set())
    assert databases(postgres_server) <= before


def test_files_serve_databases_in_memory(tmp_path: Path) -> None:
    tests = shop(tmp_path)
    with migrating(tests) as first:
        run(tests, "--reuse-db")
    for template in tmp_path.glob(".pytest_cache/d/statusquo-django/*.sqlite3"):
        template.write_bytes(b"as a full disk leaves it")
    with migrating(tests) as damaged:
        run(tests, "--reuse-db")
    with migrating(tests) as created:
        run(tests, "--create-db")
    assert set(damaged) == {"default", "other"}
    assert (first, created) == (["default", "other"], ["default", "other"])
    assert [*tmp_path.glob(".pytest_cache/d/*")] == []


def test_what_a_killed_worker_left_is_not_taken_for_whole(tmp_path: Path, postgres_server: Endpoint) -> None:
    assert postgres_server.admin
    before = databases(postgres_server)
    tests = shop(tmp_path, suite.dsn(postgres_server.admin))
    with migrating(tests) as migrated:
        done = tests.run("-n2", KILLED="1", NAMES="books tea wine", DJANGO_SETTINGS_MODULE="more_settings")
    assert "crashed while running" in done.stdout
    assert "1 failed, 4 passed" in done.stdout, done.stdout
    assert migrated[:2] == ["default", "default"], "the second one made it anew"
    assert "other" in migrated
    assert templates(postgres_server) <= before
    run(tests, "--no-migrations", names="")
    assert databases(postgres_server) <= before


class Place:
    """Something that tells where it is in memory."""

    def there(self) -> None:
        """A function does, too."""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": (1, None, True)}, {"a": [1, None, True]}),
        ({"b", "a"}, ["a", "b"]),
        (dict, "builtins.dict"),
        (Place.there, f"{Place.__module__}.Place.there"),
        (Place(), f"<{Place.__module__}.Place object>"),
    ],
)
def test_a_value_is_the_same_in_every_process(value: object, expected: object) -> None:
    assert digest.stable(value) == expected
