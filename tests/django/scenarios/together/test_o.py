"""O: threads of a test make rows, which the next one does not see."""

from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import migrated
import pytest
from django.db import connection, connections
from shop.models import Category


def add(name):
    try:
        Category.objects.create(name=name)
        return migrated.names()
    finally:
        connection.close()
        connections.close_all()


@pytest.mark.django_db
@pytest.mark.parametrize("time", [1, 2])
def test_a_thread(time):
    thread = Thread(target=add, args=["of a thread"])
    thread.start()
    thread.join()
    assert migrated.names() == {"of a thread"}


@pytest.mark.django_db
@pytest.mark.parametrize("time", [1, 2])
def test_a_pool(time):
    Category.objects.create(name="of the test")
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(add, "of a pool").result() == {"of the test", "of a pool"}
    assert migrated.names() == {"of the test", "of a pool"}


@pytest.mark.django_db(transaction=True)
def test_of_a_transactional_test_the_connection_is_its_own():
    ours = connection._wrapped if hasattr(connection, "_wrapped") else connections["default"]
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(lambda: connections["default"] is ours).result() is False


@pytest.mark.django_db
def test_nothing_is_left():
    assert migrated.rows() == migrated.ROWS
