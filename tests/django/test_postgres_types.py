"""Fields that only PostgreSQL has: what Django's dumpdata wrote, our loader loads as loaddata does, in every format."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from statusquo.core import libpq
from statusquo.core.endpoint import Address, Endpoint

pytestmark = pytest.mark.integration

MODELS = """
from django.contrib.postgres.fields import *
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class Citext(models.CharField):
    def db_type(self, connection):
        return "citext"


class Odd(models.Model):
    ints = ArrayField(models.IntegerField(), default=list)
    words = ArrayField(models.CharField(max_length=9), null=True)
    nested = ArrayField(ArrayField(models.IntegerField()), null=True)
    moments = ArrayField(models.DateTimeField(), null=True)
    prices = ArrayField(models.DecimalField(max_digits=6, decimal_places=2), null=True)
    uuids = ArrayField(models.UUIDField(), null=True)
    store = HStoreField(null=True)
    ints_from = IntegerRangeField(null=True)
    prices_from = DecimalRangeField(null=True)
    days = DateRangeField(null=True)
    hours = DateTimeRangeField(null=True)
    word = Citext(max_length=20, default="")
    vector = SearchVectorField(null=True)
    address = models.GenericIPAddressField(null=True)
    length = models.DurationField(null=True)
"""
SCRIPT = """
import datetime, decimal, json, sys, uuid
from pathlib import Path

import django
from django.conf import settings

settings.configure(
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.postgres", "odd"],
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", **json.loads(sys.argv[1])}},
)
django.setup()
from django.apps import apps
from django.core.management import call_command
from django.core.management.commands.loaddata import Command as Stock
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange, NumericRange
from odd.models import Odd

from statusquo.assets import changes, dump
from statusquo.django import rows as reading
from statusquo.django.commands import facts
from statusquo.django.loaddata.management.commands.loaddata import Command as Ours


class Alone(Ours):
    def loaddata(self, labels):
        assert self.load_together(labels)


def rows():
    with connection.cursor() as cursor:
        cursor.execute("SELECT odd_odd::text FROM odd_odd ORDER BY id")
        return cursor.fetchall()


def loaded(command, path):
    Odd.objects.all().delete()
    call_command(command, str(path), verbosity=0)
    return rows()


call_command("migrate", run_syncdb=True, verbosity=0)
moment = datetime.datetime(2026, 1, 5, 10, 0, 0, 12, datetime.timezone.utc)
Odd.objects.create(
    ints=[1, None],
    words=["a,b", '"q"', "NULL", ""],
    nested=[[1, 2], [3, 4]],
    moments=[moment],
    prices=[decimal.Decimal("1.50")],
    uuids=[uuid.UUID(int=5)],
    store={"a": "1", "b": None, 'q"': "é, =>"},
    ints_from=NumericRange(1, 5),
    prices_from=NumericRange(decimal.Decimal("1.5"), None),
    days=DateRange(datetime.date(2026, 1, 1), datetime.date(2026, 2, 1)),
    hours=DateTimeTZRange(moment, None),
    word="HeLLo",
    address="10.0.0.1",
    length=datetime.timedelta(days=-1, microseconds=5),
)
Odd.objects.create(ints_from=NumericRange(empty=True))
before, ours = rows(), Path("data.json")
with reading.reading(apps, "default") as found:
    changes.apply(dump.plan(found, facts.project(), dump.Wish(ours)).changes)
for kind in ("json", "jsonl", "yaml", "xml"):
    call_command("dumpdata", "odd", format=kind, output=f"stock.{kind}", verbosity=0)
for path in (ours, *sorted(Path().glob("stock.*"))):
    stock, own = loaded(Stock(), path), loaded(Alone(), path)
    assert own == stock, (path, own, stock)
assert loaded(Alone(), ours) == before, (rows(), before)
print("the same")
"""


def test_each_type_is_loaded_as_loaddata_loads_it(postgres_server: Endpoint, tmp_path: Path) -> None:
    admin = postgres_server.admin
    assert admin is not None
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "__init__.py").touch()
    (tmp_path / "odd" / "models.py").write_text(MODELS)
    (tmp_path / "run.py").write_text(SCRIPT)
    with psycopg.connect(libpq.conninfo(admin), autocommit=True) as connection:
        connection.execute("CREATE DATABASE odd")
        try:
            done = ran(tmp_path, replace(admin, name="odd"))
        finally:
            connection.execute("DROP DATABASE odd WITH (FORCE)")
    assert (done.returncode, done.stdout) == (0, "the same\n"), done.stderr


def ran(folder: Path, database: Address) -> subprocess.CompletedProcess[str]:
    with psycopg.connect(libpq.conninfo(database), autocommit=True) as connection:
        connection.execute("CREATE EXTENSION hstore; CREATE EXTENSION citext")
    told = {"NAME": database.name, "HOST": database.host, "PORT": database.port}
    said = json.dumps({**told, "USER": database.user, "PASSWORD": database.password})
    words = [sys.executable, "-W", "ignore", "run.py", said]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
