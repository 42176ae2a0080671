"""Classes of Django's own runner, each of which finds the databases as they were made."""

import urllib.parse
import urllib.request

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connections
from django.test import LiveServerTestCase, TestCase, TransactionTestCase
from shop.models import Category, Product, Rate


def look(alias):
    """Rows, their keys, and those of the table that Django does not manage."""
    return {
        model: list(model.objects.using(alias).order_by("pk").values_list())
        for model in (Category, Product, Rate, Group, Permission, ContentType)
    }


def mess(alias):
    """Write to all of them."""
    Category.objects.using(alias).all().delete()
    Rate.objects.using(alias).create(currency="USD", value=1)
    Group.objects.using(alias).create(name="others")
    ContentType.objects.using(alias).all().delete()


class AsMade:
    """Which process it is does not matter: each has its copies."""

    databases = {"default", "other"}

    def test_one(self):
        self.assertEqual([*Category.objects.values_list("pk", "name").order_by("pk")], [(1, "books"), (2, "tea")])
        for alias in self.databases:
            found = look(alias)
            self.assertEqual([*Rate.objects.using(alias).values_list("currency", "value")], [("EUR", 100)])
            self.assertEqual([*Group.objects.using(alias).values_list("pk", "name")], [(1, "keepers")])
            self.assertEqual(ContentType.objects.using(alias).order_by("pk")[0].pk, 1)
            mess(alias)
            self.assertNotEqual(look(alias), found)

    def test_two(self):
        self.test_one()


class Committing(AsMade, TransactionTestCase):
    def test_new_keys(self):
        self.assertFalse(hasattr(connections["default"], "_test_serialized_contents"))
        Category.objects.create(name="toys")


class Serialized(AsMade, TransactionTestCase):
    serialized_rollback = True


class Serving(AsMade, LiveServerTestCase):
    def test_posts(self):
        data = urllib.parse.urlencode({"name": "toys"}).encode()
        with urllib.request.urlopen(f"{self.live_server_url}/categories/", data) as answer:
            self.assertIn("toys", answer.read().decode())


class Ordinary(AsMade, TestCase):
    pass
