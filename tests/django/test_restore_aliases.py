"""Aliases that lead to a file, to the database of another alias, or to one that was made without migrations."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.django.suite import PROJECT, Suite

pytestmark = pytest.mark.integration

SETTINGS = """
from settings import *

for alias in DATABASES:
    DATABASES[alias]["TEST"] = {"NAME": f"{alias}_of_tests.sqlite3"}
DATABASES["replica"] = {**DATABASES["default"], "TEST": {"MIRROR": "default"}}
"""
TESTS = """
import pytest
from django.contrib.auth.models import Group
from django.db import connections, transaction
from shop.models import Category

SEEN = []

@pytest.mark.django_db(transaction=True, databases="__all__")
@pytest.mark.parametrize("time", range(2))
def test_writes(time):
    SEEN.append([
        (alias, list(model.objects.using(alias).order_by("pk").values_list("pk", "name")))
        for alias in connections for model in (Category, Group)
    ])
    assert SEEN[0] == SEEN[time]
    assert [name for _, name in SEEN[0][1][1]] == ["keepers"]
    assert {connections[alias].is_in_memory_db() for alias in connections} == {False}
    Category.objects.using("replica").create(name="toys")
    assert Category.objects.filter(name="toys").exists()
    Category.objects.using("other").create(name="toys")
    Group.objects.all().delete()
    transaction.set_autocommit(False, using="replica")
    Category.objects.using("replica").create(name="left open")
"""


@pytest.mark.parametrize("option", ["--migrations", "--no-migrations"])
def test_they_are_put_back_and_nothing_stays_beside_them(option: str, tmp_path: Path) -> None:
    suite = Suite(tmp_path)
    suite.write(elsewhere=SETTINGS, test_aliases=TESTS)
    paths = os.pathsep.join((str(PROJECT), str(tmp_path)))
    run = suite.run("-p", "no:cacheprovider", option, DJANGO_SETTINGS_MODULE="elsewhere", PYTHONPATH=paths)
    assert run.returncode == 0, run.stdout
    assert sorted(path.name for path in tmp_path.glob("*.sqlite3*")) == []
