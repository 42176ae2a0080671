"""A rewind looks at nothing when nobody took a transaction id since the last one: whatever changes must take one."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from statusquo.stores.postgres.store import PostgresStore
from tests.integration.stores.postgres.place import Place

pytestmark = pytest.mark.integration

Opened = Callable[..., PostgresStore]

CALLS = "SELECT coalesce(sum(calls), 0) FROM pg_stat_user_functions WHERE funcname = 'restore_sequences'"


@pytest.fixture
def item(app: psycopg.Connection) -> psycopg.Connection:
    """The application, with a sequence that has written its next numbers ahead."""
    app.execute("CREATE TABLE item (id serial PRIMARY KEY); INSERT INTO item DEFAULT VALUES")
    return app


def looks(place: Place, store: PostgresStore, act: Callable[[], object]) -> int:
    """How often the rewinds in *act* looked at sequences; ends the store."""
    before = place.connect(place.admin).execute(CALLS).fetchone()
    act()
    store.close()  # a server process reports its calls when it ends
    after = place.connect(place.admin).execute(CALLS).fetchone()
    assert before is not None
    assert after is not None
    return int(after[0] - before[0])


@pytest.fixture
def counted(place: Place) -> None:
    alter = f"ALTER DATABASE {place.admin.name} SET track_functions = 'all'"
    place.connect(place.admin).execute(alter.encode())


@pytest.mark.usefixtures("counted")
def test_nothing_is_looked_at_when_nobody_wrote(place: Place, item: psycopg.Connection, opened: Opened) -> None:
    store = opened()
    baseline = store.capture()

    def rewinds() -> None:
        item.execute("INSERT INTO item DEFAULT VALUES")
        store.rewind(baseline)
        for _ in range(3):
            item.execute("SELECT * FROM item")
            assert store.rewind(baseline).is_clean

    assert looks(place, store, rewinds) == 1


@pytest.mark.parametrize("rewinds", [0, 1, 2])
def test_a_number_taken_by_itself_is_given_back(
    rewinds: int, place: Place, item: psycopg.Connection, opened: Opened
) -> None:
    store = opened()
    baseline = store.capture()
    before = place.digest()
    for _ in range(rewinds):
        store.rewind(baseline)
    for _ in range(3):
        item.execute("SELECT nextval('item_id_seq')")
        assert store.rewind(baseline).items == 1
        assert place.digest() == before


def test_a_number_taken_by_a_transaction_that_is_older_than_the_rewind_is_given_back(
    place: Place, item: psycopg.Connection, opened: Opened
) -> None:
    store = opened()
    baseline = store.capture()
    before = place.digest()
    store.rewind(baseline)
    older = place.connect(autocommit=False)
    older.execute("SELECT pg_current_xact_id()")
    store.rewind(baseline)
    older.execute("SELECT nextval('item_id_seq')")
    assert store.rewind(baseline).items == 1
    older.commit()
    assert place.digest() == before


def test_a_number_of_an_insert_that_failed_is_given_back(
    place: Place, item: psycopg.Connection, opened: Opened
) -> None:
    store = opened()
    baseline = store.capture()
    before = place.digest()
    store.rewind(baseline)
    with pytest.raises(psycopg.errors.DivisionByZero):
        item.execute("WITH i AS (INSERT INTO item DEFAULT VALUES RETURNING id) SELECT 1 / (id - id) FROM i")
    assert store.rewind(baseline).items == 1
    assert place.digest() == before


@pytest.mark.parametrize(
    "sequence", ["SEQUENCE wheel MAXVALUE 3 CYCLE", "UNLOGGED SEQUENCE wheel"], ids=["cycle", "unlogged"]
)
def test_a_sequence_that_takes_no_transaction_id_is_always_looked_at(
    sequence: str, place: Place, app: psycopg.Connection, opened: Opened
) -> None:
    if "UNLOGGED" in sequence and app.info.server_version < 150000:
        sequence = "SEQUENCE wheel"  # there are no unlogged ones yet
    app.execute(f"CREATE {sequence}; SELECT nextval('wheel')".encode())
    store = opened()
    baseline = store.capture()
    before = place.digest()
    for turns in (1, 3, 4, 2):
        store.rewind(baseline)
        for _ in range(turns):
            app.execute("SELECT nextval('wheel')")
        store.rewind(baseline)
        assert place.digest() == before


def test_an_inner_baseline_has_its_own_numbers(place: Place, item: psycopg.Connection, opened: Opened) -> None:
    store = opened()
    outer, first = store.capture(), place.digest()
    store.rewind(outer)
    item.execute("SELECT nextval('item_id_seq')")
    inner, second = store.capture(), place.digest()
    for _ in range(2):
        store.rewind(inner)
        item.execute("SELECT nextval('item_id_seq')")
        assert store.rewind(inner).items == 1
        assert place.digest() == second
    store.rewind(outer)
    store.rewind(outer)
    item.execute("SELECT nextval('item_id_seq')")
    assert store.rewind(outer).items == 1
    assert place.digest() == first


def test_rows_of_a_table_that_is_not_logged_are_put_back(place: Place, app: psycopg.Connection, opened: Opened) -> None:
    app.execute("CREATE UNLOGGED TABLE note (id integer PRIMARY KEY)")
    store = opened()
    baseline = store.capture()
    store.rewind(baseline)
    app.execute("INSERT INTO note VALUES (1)")
    assert store.rewind(baseline).items == 1
