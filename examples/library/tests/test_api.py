"""The API, over rows that the module shares."""

import pytest
from django.contrib.auth.models import User
from lending.models import Book, Loan, Shelf

pytestmark = pytest.mark.django_db


def test_a_book_is_taken(as_reader, atlas, reader):
    assert as_reader.post(f"/books/{atlas.pk}/take/").status_code == 204
    assert Loan.objects.get().reader == reader


def test_it_is_there_again(client, atlas):
    assert client.get("/books/").json() == [
        {"id": atlas.pk, "title": "Atlas", "shelf": atlas.shelf.pk, "is_there": True}
    ]


def test_a_book_is_renamed(as_reader, atlas):
    as_reader.patch(f"/books/{atlas.pk}/", {"title": "Old Atlas"})
    atlas.refresh_from_db()
    assert atlas.title == "Old Atlas"


def test_the_object_is_as_fresh_as_its_row(atlas):
    assert atlas.title == "Atlas"
    assert Book.objects.get().title == "Atlas"


def test_what_nobody_asks_for_is_not_there():
    assert not User.objects.exists()


@pytest.fixture(scope="class")
def poems():
    return Shelf.objects.create(name="poems")


class TestShelves:
    def test_there_is_one_more(self, poems):
        assert list(Shelf.objects.order_by("pk").values_list("name", flat=True)) == ["novels", "travel", "poems"]

    def test_a_new_book_goes_there(self, as_reader, poems):
        reply = as_reader.post("/books/", {"title": "Leaves", "shelf": poems.pk})
        assert reply.status_code == 201
        assert poems.books.get().title == "Leaves"


@pytest.mark.anyio
async def test_asynchronous_requests_see_them_too(async_client, atlas):
    reply = await async_client.get("/books/")
    assert [book["title"] for book in reply.json()] == ["Atlas"]
