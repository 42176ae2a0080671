"""H: a fixture writes to both databases; tests declare one of them, or both."""

import migrated
import pytest
from django.db import connections
from shop.models import Category


@pytest.fixture(scope="session")
def both():
    made = [Category.objects.using(alias).create(name=f"h, {alias}") for alias in ("default", "other")]
    names = {connections[alias].settings_dict["NAME"] for alias in ("default", "other")}
    assert names.isdisjoint({"shop", "archive", "shop.sqlite3", "archive.sqlite3"})
    return made


@pytest.mark.django_db
def test_one_is_declared(both):
    assert migrated.names() == {"h, default"}


@pytest.mark.django_db(databases=["other"])
def test_the_other_is_declared(both):
    assert migrated.names("other") == {"h, other"}
    Category.objects.using("other").create(name="of the test")


@pytest.mark.django_db(databases=["default", "other"])
def test_both_are_declared(both):
    assert migrated.names() == {"h, default"}
    assert migrated.names("other") == {"h, other"}


@pytest.mark.django_db(transaction=True, databases=["default", "other"])
def test_both_are_committed(both):
    assert migrated.names() == {"h, default"}
    assert migrated.names("other") == {"h, other"}
    Category.objects.using("other").all().delete()


@pytest.mark.django_db(databases=["default", "other"])
def test_nobody_asked_for_it():
    assert migrated.rows() == migrated.ROWS
    assert migrated.rows("other") == migrated.ROWS
