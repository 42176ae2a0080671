"""Rows of every kind, put back as they were, whatever a test has done to them."""

import threading

import pytest
from django.db import connection
from kinds.models import Kind, Log, Node
from shop.models import Category

FIRST = []
THREADS = []
LET_GO = threading.Event()


def look():
    """What all tables hold, as the database itself would have it written."""
    with connection.cursor() as cursor:
        tables = [*connection.introspection.table_names(cursor)]
        return {name: _rows(cursor, name) for name in tables}


def _rows(cursor, name):
    cursor.execute(f"SELECT * FROM {name} WHERE 1 = 0")
    columns = [connection.ops.quote_name(column[0]) for column in cursor.description]
    if connection.vendor == "mysql":
        columns = [f"hex({column})" for column in columns] + ["single + 0e0"] * (name == "odd")
    cursor.execute(f"SELECT {', '.join(columns)} FROM {name}")
    return sorted(map(repr, cursor.fetchall()))


def is_as_at_first():
    FIRST.append(look())
    assert FIRST[-1] == FIRST[0]
    return True


@pytest.mark.django_db(transaction=True)
def test_all_is_written_anew():
    assert is_as_at_first()
    Kind.objects.update(
        text="", number=0, ratio=0, price=0, is_it=False, is_unknown=True, day="2000-01-01", opens="00:00",
        moment="2000-01-01T00:00Z", facts={}, seal=b"", address="::1",
    )  # fmt: skip
    assert look() != FIRST[0]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left():
    assert is_as_at_first()
    with connection.constraint_checks_disabled():  # InnoDB has no end of a transaction to check a circle at
        Node.objects.all().delete()
    Kind.objects.all().delete()
    Log.objects.all().delete()
    if connection.vendor == "mysql":
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM odd")
            cursor.execute("TRUNCATE TABLE shop_rate")


@pytest.mark.django_db(transaction=True)
def test_a_thread_holds_what_it_has_locked():
    assert is_as_at_first()
    if connection.vendor != "mysql":
        return
    held = threading.Event()

    def hold():
        connection.set_autocommit(False)
        Category.objects.filter(name="books").update(name="toys")
        held.set()
        LET_GO.wait()
        connection.connection.close()  # it has been ended by then, which Django would have to tell

    Category.objects.filter(name="tea").delete()
    THREADS.append(threading.Thread(target=hold))
    THREADS[0].start()
    held.wait()


@pytest.mark.django_db(transaction=True)
def test_it_was_ended():
    LET_GO.set()
    for thread in THREADS:
        thread.join()
    assert is_as_at_first()


@pytest.mark.django_db
def test_rolled_back():
    assert is_as_at_first()
    Category.objects.create(name="toys")  # a key is used up


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", range(2))
def test_the_next_keys_are_the_same(time):
    assert is_as_at_first()
    if connection.vendor == "mysql":
        assert Node.objects.create(following_id=1, kind=Kind.objects.get()).pk == 4
        assert Category.objects.create(name="toys").pk == 3


@pytest.mark.django_db
def test_last():
    assert is_as_at_first()
