"""D: transactional tests stand between the users of a fixture of the session, and one uses it itself."""

import migrated
import pytest
from django.db import connection
from django.test import TransactionTestCase
from shop.models import Category


@pytest.fixture(scope="session")
def toys():
    return Category.objects.create(name="toys of d")


@pytest.mark.django_db
def test_before(toys):
    assert migrated.names() == {"toys of d"}


@pytest.mark.django_db(transaction=True)
def test_without_it():
    assert not connection.in_atomic_block
    assert migrated.rows() == migrated.ROWS
    Category.objects.all().delete()
    Category.objects.create(name="committed")


@pytest.mark.django_db(transaction=True)
def test_with_it(toys):
    assert not connection.in_atomic_block
    assert migrated.names() == {"toys of d"}
    toys.name = "renamed"
    toys.save()


@pytest.mark.django_db(transaction=True)
def test_with_it_again(toys):
    assert toys.name == "toys of d"
    assert migrated.names() == {"toys of d"}
    Category.objects.all().delete()


class TestDjango(TransactionTestCase):
    def test_it_commits(self):
        assert not connection.in_atomic_block
        assert migrated.rows() == migrated.ROWS
        Category.objects.create(name="of a class")


@pytest.mark.django_db
def test_after(toys):
    assert migrated.names() == {"toys of d"}
    toys.refresh_from_db()
