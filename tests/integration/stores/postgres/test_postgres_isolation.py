"""Transactions that keep the snapshot they began with are journaled by what is there, not by what they see."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from statusquo.core.errors import NotExact
from statusquo.stores.postgres.store import PostgresStore
from tests.integration.stores.postgres.place import Place

pytestmark = pytest.mark.integration

Opened = Callable[..., PostgresStore]

TOLD = r"Seen: TRUNCATE public\.bag by a snapshot that may be older than its rows"


@pytest.fixture
def bag(app: psycopg.Connection) -> psycopg.Connection:
    app.execute("CREATE TABLE bag (what text); INSERT INTO bag VALUES ('a'), ('b')")
    return app


@pytest.fixture(params=["REPEATABLE READ", "SERIALIZABLE"])
def other(request: pytest.FixtureRequest, place: Place) -> psycopg.Connection:
    """A transaction that has its snapshot already, once it is begun."""
    connection = place.connect()
    connection.execute(f"SET default_transaction_isolation = '{request.param}'")
    return connection


@pytest.mark.parametrize("unseen", ["INSERT INTO bag VALUES ('a')", "DELETE FROM bag WHERE what = 'a'"])
def test_truncate_of_rows_that_it_does_not_see_is_told(
    unseen: str, bag: psycopg.Connection, other: psycopg.Connection, opened: Opened
) -> None:
    store = opened()
    baseline = store.capture()
    other.execute("BEGIN; SELECT FROM bag")
    bag.execute(unseen.encode())
    other.execute("TRUNCATE bag; COMMIT")
    with pytest.raises(NotExact, match=TOLD):
        store.rewind(baseline)


def test_truncate_of_what_it_sees_is_put_back(
    place: Place, bag: psycopg.Connection, other: psycopg.Connection, opened: Opened
) -> None:
    store, before = opened(), place.digest()
    baseline = store.capture()
    other.execute("TRUNCATE bag")
    other.execute("BEGIN; SELECT FROM bag; TRUNCATE bag; INSERT INTO bag VALUES ('c'); COMMIT")
    assert not store.rewind(baseline).is_clean
    assert place.digest() == before


def test_ddl_of_a_transaction_that_began_before_the_baseline_is_noticed(
    bag: psycopg.Connection, other: psycopg.Connection, opened: Opened
) -> None:
    store = opened()
    store.capture()
    other.execute("BEGIN; SELECT FROM bag")
    inner = store.capture()
    other.execute("CREATE TABLE new (id int); COMMIT")
    with pytest.raises(NotExact, match=r"Seen: CREATE TABLE public\.new"):
        store.rewind(inner)
