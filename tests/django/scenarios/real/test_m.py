"""M: a fixture lets itself into the database, and no test says that it needs one."""

import pytest
from shop.models import Category


@pytest.fixture(scope="session")
def loaded(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return Category.objects.create(name="loaded")


def test_it_was_loaded(loaded):
    assert loaded.name == "loaded"
