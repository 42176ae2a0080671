"""C: a class of Django's own TestCase stands between two users of a fixture of the session."""

import migrated
import pytest
from django.test import TestCase
from shop.models import Category


@pytest.fixture(scope="session")
def toys():
    return Category.objects.create(name="toys of c")


@pytest.mark.django_db
def test_before(toys):
    assert migrated.names() == {"toys of c"}


class TestDjango(TestCase):
    databases = {"default", "other"}

    @classmethod
    def setUpTestData(cls):
        cls.games = Category.objects.create(name="games")

    def test_it_has_its_own(self):
        assert migrated.names() == {"games"}
        assert migrated.rows("other") == migrated.ROWS
        self.games.delete()

    def test_it_has_it_again(self):
        assert migrated.names() == {"games"}
        self.games.refresh_from_db()


@pytest.mark.django_db
def test_after(toys):
    assert migrated.names() == {"toys of c"}
    toys.refresh_from_db()
