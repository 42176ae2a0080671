"""L: a test asks for the fixture of the database by its name; it runs wherever that puts it."""

import migrated
import pytest
from shop.models import Category


def test_dynamic(request):
    request.getfixturevalue("db")
    assert migrated.rows() == migrated.ROWS
    Category.objects.create(name="dynamic")


@pytest.mark.django_db(transaction=True)
def test_transactional():
    assert migrated.rows() == migrated.ROWS
    Category.objects.all().delete()


def test_dynamic_and_transactional(request):
    request.getfixturevalue("transactional_db")
    assert migrated.rows() == migrated.ROWS
    Category.objects.create(name="dynamic and committed")


def test_dynamic_again(request):
    request.getfixturevalue("db")
    assert migrated.rows() == migrated.ROWS
