"""Each test finds the databases as the first one did, whatever those before it have committed."""

import threading
import urllib.parse
import urllib.request

import pytest
import world
from django.contrib.contenttypes.models import ContentType
from django.contrib.sites.models import Site
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.models.signals import post_migrate
from django.test import LiveServerTestCase, TransactionTestCase
from rest_framework.test import APITransactionTestCase
from shop.models import Category, Product, Rate

from statusquo.django.restore import reading

KEYS, LOST_KEYS = set(), set()
EMITTED = []


@pytest.mark.django_db
def test_rolled_back():
    assert world.is_as_at_first()
    world.mess()


def note_emission(sender, **others):
    EMITTED.append(sender)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", range(2))
def test_marked(time):
    assert world.is_as_at_first()
    assert EMITTED == []  # the test case before has flushed nothing
    post_migrate.connect(note_emission)
    KEYS.add(world.mess())
    assert len(KEYS) == 1  # sequences go back, too


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", range(2))
def test_a_key_that_no_row_has(time):
    with transaction.atomic():
        LOST_KEYS.add(Category.objects.create(name="toys").pk)
        transaction.set_rollback(True)
    assert len(LOST_KEYS) == 1


def test_our_own_tables_are_not_read_as_the_projects(transactional_db):
    if connection.vendor == "postgresql":  # as a role sees it by default that has the name of our schema
        connection.cursor().execute("SET search_path = statusquo, public")
    assert {"dirty", "journaled", "shop_category"} & {*reading.read(connection)} == {"shop_category"}


def test_by_fixture(transactional_db):
    assert world.is_as_at_first()
    world.mess()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_serialized():
    assert not hasattr(connection, "_test_serialized_contents")
    assert world.is_as_at_first()
    world.mess()


@pytest.mark.django_db(transaction=True, reset_sequences=True)
@pytest.mark.parametrize("time", range(2))
def test_keys_follow_the_rows(time):
    assert world.is_as_at_first()
    assert Category.objects.create(name="toys").pk == 3
    assert Product.objects.create(name="ball", category_id=3).pk == 1


@pytest.mark.django_db(transaction=True, available_apps=["django.contrib.contenttypes", "shop"])
def test_some_apps():
    Category.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_flushes_by_itself():
    assert world.is_as_at_first()
    call_command("flush", interactive=False, verbosity=0)
    assert not Category.objects.exists()
    assert Rate.objects.exists()  # Django's own does not know that table


@pytest.mark.django_db(transaction=True)
def test_breaks_off():
    assert world.is_as_at_first()
    Category.objects.create(name="toys")
    transaction.set_autocommit(False)
    Category.objects.create(name="lost")


def add_in_a_thread():
    Category.objects.create(name="toys")
    if connection.vendor == "sqlite":
        connection.connection.close()  # Django leaves that to the garbage
    connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_thread():
    assert world.is_as_at_first()
    thread = threading.Thread(target=add_in_a_thread)
    thread.start()
    thread.join()
    assert Category.objects.filter(name="toys").exists()


@pytest.mark.django_db(transaction=True, databases=["default", "other"])
def test_two_databases():
    assert world.is_as_at_first("default", "other")
    world.mess("other")
    world.mess("default")


def post(url, name):
    data = urllib.parse.urlencode({"name": name}).encode()
    with urllib.request.urlopen(f"{url}/categories/", data) as answer:
        assert name in answer.read().decode()


@pytest.mark.parametrize("time", range(2))
def test_live_server(live_server, time):
    assert world.is_as_at_first()
    post(str(live_server), "toys")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", range(2))
def test_what_is_remembered_of_rows(time):
    assert cache.get("name") is None
    assert Site.objects.get_current().name == "example.com"
    known = ContentType.objects.get_for_model(Category)
    assert ContentType.objects.filter(pk=known.pk).exists()
    Site.objects.update(name="elsewhere")
    Site.objects.clear_cache()
    assert Site.objects.get_current().name == "elsewhere"
    cache.set("name", "elsewhere")
    ContentType.objects.filter(pk=known.pk).delete()
    ContentType.objects.clear_cache()
    assert ContentType.objects.get_for_model(Category).pk != known.pk


class Committing(TransactionTestCase):
    databases = {"default", "other"}

    def test_one(self):
        assert world.is_as_at_first("default", "other")
        world.mess("other")

    def test_two(self):
        self.test_one()


class Serving(LiveServerTestCase):
    serialized_rollback = True

    def test_one(self):
        assert world.is_as_at_first()
        post(self.live_server_url, "toys")

    def test_two(self):
        self.test_one()


class Asking(APITransactionTestCase):
    def test_one(self):
        assert world.is_as_at_first()
        assert "toys" in self.client.post("/categories/", {"name": "toys"}, format="multipart").json()["names"]

    def test_two(self):
        self.test_one()


@pytest.mark.django_db(databases=["default", "other"])
def test_last():
    assert world.is_as_at_first("default", "other")
