"""I: a test with serialized_rollback, then a plain one, in the order of the file."""

import migrated
import pytest
from django.contrib.auth.models import Group
from shop.models import Category, Rate


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_serialized():
    assert migrated.rows() == migrated.ROWS
    Category.objects.all().delete()
    Group.objects.all().delete()
    Rate.objects.create(currency="USD", value=90)


@pytest.mark.django_db
def test_plain():
    assert migrated.rows() == migrated.ROWS


@pytest.mark.django_db(transaction=True)
def test_transactional():
    assert migrated.rows() == migrated.ROWS
    Rate.objects.update(value=1)
