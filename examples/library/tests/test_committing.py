"""Tests that commit: they keep the rows of migrations and of shared fixtures, and leave nothing."""

import json
from concurrent.futures import ThreadPoolExecutor
from urllib.request import urlopen

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from lending import lend
from lending.models import Book, Loan, Shelf
from rest_framework.test import APITransactionTestCase


@pytest.fixture(autouse=True)
def lent():
    yield lend.LENT
    lend.LENT.clear()


@pytest.mark.django_db(transaction=True)
def test_an_announcement_follows_the_commit(atlas, reader, lent):
    lend.lend(atlas, reader)
    assert lent == ["Atlas"]


@pytest.mark.django_db(transaction=True)
def test_only_one_of_two_gets_it(atlas, reader, librarian):
    def take(user):
        try:
            return lend.lend(atlas, user)
        except Book.DoesNotExist:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        found = [pool.submit(take, user).result() for user in (reader, librarian)]
    assert found == [Loan.objects.get(), None]


def test_the_live_server_has_them(live_server, atlas):
    with urlopen(f"{live_server.url}/books/") as reply:
        assert [book["title"] for book in json.load(reply)] == ["Atlas"]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost():
    assert list(Shelf.objects.order_by("pk").values_list("pk", "name")) == [(1, "novels"), (2, "travel")]
    assert Group.objects.get().name == "librarians"
    assert not User.objects.exists()
    Shelf.objects.all().delete()


class TestOfDRF(APITransactionTestCase):
    def setUp(self):
        self.client.force_authenticate(User.objects.create_user("of the class"))

    def test_a_book_is_added(self):
        travel = Shelf.objects.get(name="travel")
        assert self.client.post("/books/", {"title": "Maps", "shelf": travel.pk}).status_code == 201

    def test_a_book_is_added_after_that(self):
        assert not Book.objects.filter(title="Maps").exists()
