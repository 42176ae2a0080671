"""G: a fixture of the module is asked for by its name, when the test has written already."""

import migrated
import pytest
from shop.models import Category

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def toys():
    return Category.objects.create(name="toys")


@pytest.mark.parametrize("time", [1, 2])
def test_it_comes_late(request, time):
    Category.objects.create(name="of the test")
    toys = request.getfixturevalue("toys")
    toys.refresh_from_db()
    assert migrated.names() == {"of the test", "toys"}


def test_it_is_there_in_time(toys):
    toys.refresh_from_db()
    assert migrated.names() == {"toys"}
