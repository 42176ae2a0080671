"""F: a test changes and saves an object that it shares; the next one gets it as it was made."""

import pytest
from shop.models import Category, Product

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="session")
def toys():
    return Category.objects.create(name="toys of f")


@pytest.fixture(scope="module")
def train(toys):
    return Product.objects.create(name="train", category=toys)


@pytest.fixture(scope="module")
def listed(train):
    return [train, {"category": train.category}]


@pytest.mark.parametrize("time", [1, 2, 3])
def test_it_is_as_it_was_made(toys, train, listed, time):
    assert toys.name == "toys of f"
    assert not hasattr(train, "remark")
    assert train.category is toys
    assert listed[0] is train
    assert listed[1]["category"] is toys
    toys.name = f"changed by {time}"
    toys.save()
    train.remark = "late"
    train.delete()
    listed.clear()
