"""A: a fixture of a module makes a row; the tests of the module see it, those of the next do not."""

import migrated
import pytest
from shop.models import Category

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def toys():
    return Category.objects.create(name="toys")


def test_one(toys):
    assert migrated.names() == {"toys"}
    Category.objects.create(name="of a test")


def test_two(toys):
    assert migrated.names() == {"toys"}
    Category.objects.get(pk=toys.pk).delete()
