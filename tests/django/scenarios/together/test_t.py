"""T: a module has plain, savepoint and transactional tests, and one fixture; it is not made for each kind and visit."""

import migrated
import pytest
from shop.models import Category

MADE = []


@pytest.fixture(scope="module")
def toys(request):
    MADE.append(request.node.name)
    assert len(MADE) <= 2 or request.config.pluginmanager.hasplugin("randomly"), "once in a frame, once as a layer"
    return Category.objects.create(name="toys")


@pytest.mark.django_db(transaction=True)
def test_transactional(toys):
    assert migrated.names() == {"toys"}
    Category.objects.create(name="committed")


def test_plain(toys):
    assert toys.name == "toys"


@pytest.mark.django_db
def test_savepoint(toys):
    assert migrated.names() == {"toys"}


@pytest.mark.django_db(transaction=True)
def test_transactional_again(toys):
    assert migrated.names() == {"toys"}
    toys.delete()


def test_plain_again(toys):
    assert toys.name == "toys"


@pytest.mark.django_db
def test_savepoint_again(toys):
    assert migrated.names() == {"toys"}
    toys.refresh_from_db()
