"""E: what follows the yield of a fixture may use the database, and finds its rows there."""

import migrated
import pytest
from shop.models import Category, Product


@pytest.fixture(scope="module")
def toys():
    made = Category.objects.create(name="toys")
    yield made
    assert migrated.names() == {"toys"}
    assert Category.objects.filter(pk=made.pk).delete() == (1, {"shop.Category": 1})


@pytest.fixture(scope="class")
def train(toys):
    yield Product.objects.create(name="train", category=toys)
    assert Product.objects.count() == 1


@pytest.mark.django_db
def test_a_test_deletes_it(toys):
    Category.objects.get(name="toys").delete()


@pytest.mark.django_db
class TestClass:
    def test_it_has_both(self, train):
        assert train.category.name == "toys"
        assert Product.objects.get() == train


def test_one_without_the_database(toys):
    assert toys.name == "toys"
