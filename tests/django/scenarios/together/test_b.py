"""B: a fixture of the module comes when one of a class is there already, and outlives it."""

import migrated
import pytest
from shop.models import Category, Product, Tag

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def toys():
    return Category.objects.create(name="toys")


@pytest.fixture(scope="class")
def wooden():
    return Tag.objects.create(name="wooden")


class TestClass:
    def test_the_narrow_one(self, wooden):
        assert list(Tag.objects.all()) == [wooden]

    def test_both(self, wooden, toys):
        assert list(Tag.objects.all()) == [wooden]
        assert migrated.names() == {"toys"}
        Product.objects.create(name="train", category=toys).tags.add(wooden)

    def test_the_narrow_one_again(self, wooden):
        assert list(Tag.objects.all()) == [wooden]
        assert not Product.objects.exists()


def test_the_wide_one_outside(toys):
    assert migrated.names() == {"toys"}
    assert not Tag.objects.exists()
    toys.refresh_from_db()


def test_the_wide_one_again(toys):
    assert migrated.names() == {"toys"}
    assert Category.objects.get(name="toys") == toys
