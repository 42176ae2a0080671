"""S: transactional tests in a database that is kept, and used again by the next run."""

import os

import migrated
import pytest
from django.contrib.auth.models import Group
from shop.models import Category


@pytest.mark.django_db
def test_it_is_as_migrated():
    assert migrated.rows() == migrated.ROWS


@pytest.mark.django_db(transaction=True)
def test_transactional():
    assert migrated.rows() == migrated.ROWS
    Group.objects.all().delete()
    Category.objects.create(name="committed")
    if os.environ["SCENARIO_CRASH"]:
        os._exit(9)
