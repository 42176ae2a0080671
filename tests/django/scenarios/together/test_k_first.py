"""K: a file with plain and transactional tests, then another file."""

import migrated
import pytest
from django.contrib.auth.models import Group


@pytest.mark.django_db
def test_plain():
    assert migrated.rows() == migrated.ROWS


@pytest.mark.django_db(transaction=True)
def test_transactional():
    assert migrated.rows() == migrated.ROWS
    Group.objects.all().delete()


def test_live(live_server, client):
    assert client.get("/categories/").json() == {"names": ["books", "tea"]}
    assert client.post("/categories/", {"name": "live"}).json() == {"names": ["books", "tea", "live"]}
    assert migrated.names() == {"live"}
