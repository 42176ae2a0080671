"""Rows that many tests stand on: made once, seen by those that ask for them, gone when their scope ends."""

import pytest
from django.contrib.auth.models import Group, User
from lending.models import Book, Shelf
from rest_framework.test import APIClient


@pytest.fixture(scope="session")
def reader():
    return User.objects.create_user("reader")


@pytest.fixture(scope="session")
def librarian():
    user = User.objects.create_user("librarian")
    user.groups.add(Group.objects.get(name="librarians"))
    return user


@pytest.fixture(scope="module")
def atlas():
    return Book.objects.create(title="Atlas", shelf=Shelf.objects.get(name="travel"))


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def as_reader(reader):
    client = APIClient()
    client.force_authenticate(reader)
    return client
