"""Transactions that have not ended are waited for, for a while, and then named."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable

import psycopg
import pytest

from statusquo.core.errors import Busy
from statusquo.stores.postgres.store import PostgresStore
from tests.integration.stores.postgres.place import Place

pytestmark = pytest.mark.integration

Opened = Callable[..., PostgresStore]


@pytest.fixture
def note(app: psycopg.Connection) -> psycopg.Connection:
    app.execute("CREATE TABLE note (id serial PRIMARY KEY, text text); INSERT INTO note (text) VALUES ('first')")
    return app


@pytest.mark.parametrize(
    ("held", "lock"),
    [
        ("UPDATE note SET text = 'mine'", "the gate of writers"),
        ("LOCK TABLE note IN EXCLUSIVE MODE", "ExclusiveLock on public.note"),
        ("SELECT * FROM note WHERE id = 2 FOR UPDATE", "RowShareLock on public.note"),
        ("CREATE TABLE new (id int)", "the gate of writers"),
    ],
)
def test_who_holds_it_is_named(held: str, lock: str, *, place: Place, note: psycopg.Connection, opened: Opened) -> None:
    store = opened(settle=0.1)
    baseline = store.capture()
    note.execute("INSERT INTO note (text) VALUES ('second')")
    other = place.connect(autocommit=False)
    other.execute(held)
    with pytest.raises(Busy) as raised:
        store.rewind(baseline)
    message = str(raised.value)
    assert message.startswith(
        'Store "db" could not be had for 0.1 s. A transaction that writes, or holds rows or tables, has not ended. '
        "End it in the application (commit, rollback, close), or raise rewind.settle in the configuration.\n"
    )
    named = (
        rf'    pid {other.info.backend_pid}, application "shop", user tenant: idle in transaction for \d+\.\d s, holds '
    )
    assert re.search(named, message)
    assert lock in message
    assert f"last statement: {held}" in message
    other.rollback()
    assert not store.rewind(baseline).is_clean


def test_a_transaction_that_ends_in_time_is_waited_for(place: Place, note: psycopg.Connection, opened: Opened) -> None:
    store, before = opened(settle=10), place.digest()
    baseline = store.capture()
    other = place.connect(autocommit=False)
    other.execute("UPDATE note SET text = 'mine'")
    timer = threading.Timer(0.3, other.commit)
    timer.start()
    rewound = store.rewind(baseline)
    timer.join()
    assert not rewound.is_clean
    assert before == place.digest()


def test_readers_are_in_nobodys_way(place: Place, note: psycopg.Connection, opened: Opened) -> None:
    store = opened(settle=0.1)
    baseline = store.capture()
    reader = place.connect(autocommit=False)
    reader.execute("SELECT * FROM note")
    note.execute("DELETE FROM note")
    assert not store.rewind(baseline).is_clean


def test_a_prepared_transaction_is_named(place: Place, note: psycopg.Connection, opened: Opened) -> None:
    store = opened(settle=0.1, busy="terminate")
    baseline = store.capture()
    for _ in range(2):
        note.execute("BEGIN; DELETE FROM note; PREPARE TRANSACTION 'two phases'")
        with pytest.raises(Busy) as raised:
            store.rewind(baseline)
        assert "End it in the application (COMMIT PREPARED or ROLLBACK PREPARED)" in str(raised.value)
        assert re.search(r'prepared transaction "two phases", user tenant: prepared for \d+\.\d', str(raised.value))
        note.execute("ROLLBACK PREPARED 'two phases'")
    assert store.rewind(baseline).is_clean


def test_a_statement_that_does_not_end_is_cancelled(place: Place, note: psycopg.Connection, opened: Opened) -> None:
    store, before = opened(settle=0.1, busy="cancel"), place.digest()
    baseline = store.capture()
    other, cancelled = place.connect(), threading.Event()

    def work() -> None:
        with pytest.raises(psycopg.errors.QueryCanceled):
            other.execute("UPDATE note SET text = 'mine' || pg_sleep(60)")
        cancelled.set()

    worker = threading.Thread(target=work)
    worker.start()
    gate = "SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = %s"
    while note.execute(gate, [other.info.backend_pid]).fetchone() is None:
        pass
    rewound = store.rewind(baseline)
    worker.join()
    (said,) = rewound.notes
    assert re.fullmatch(
        rf'Cancelled pid {other.info.backend_pid}, application "shop", user tenant: active for \d+\.\d s, '
        r"holds .*the gate of writers.*; last statement: UPDATE note SET text = 'mine' \|\| pg_sleep\(60\)\.",
        said,
    )
    assert (cancelled.is_set(), other.execute("SELECT 1").fetchone(), place.digest()) == (True, (1,), before)
    assert store.rewind(baseline).notes == ()


def test_an_idle_transaction_is_no_statement_to_cancel(place: Place, note: psycopg.Connection, opened: Opened) -> None:
    store = opened(settle=0.1, busy="cancel")
    baseline = store.capture()
    other = place.connect(autocommit=False)
    other.execute("DELETE FROM note")
    with pytest.raises(Busy, match=rf"pid {other.info.backend_pid}"):
        store.rewind(baseline)
    other.rollback()


def test_an_idle_transaction_is_terminated(place: Place, note: psycopg.Connection, opened: Opened) -> None:
    store, before = opened(settle=0.1, busy="terminate"), place.digest()
    baseline = store.capture()
    note.execute("INSERT INTO note (text) VALUES ('second')")
    other = place.connect(autocommit=False)
    other.execute("DELETE FROM note")
    rewound = store.rewind(baseline)
    assert rewound.notes[0].startswith(f'Terminated pid {other.info.backend_pid}, application "shop"')
    with pytest.raises(psycopg.OperationalError):
        other.execute("SELECT 1")
    assert (note.execute("SELECT 1").fetchone(), place.digest()) == ((1,), before)


def test_writers_at_work_do_not_deadlock_with_rewinds(place: Place, note: psycopg.Connection, opened: Opened) -> None:
    note.execute("CREATE TABLE other (id serial PRIMARY KEY, text text); INSERT INTO other (text) VALUES ('first')")
    store, before, over = opened(settle=10), place.digest(), threading.Event()
    baseline, failures = store.capture(), []

    def write(tables: tuple[str, str]) -> None:
        connection = place.connect(autocommit=False)
        while not over.is_set():
            try:
                for table in tables:
                    connection.execute(f"UPDATE {table} SET text = text || '.'")
                    connection.execute(f"INSERT INTO {table} (text) VALUES ('x')")
                connection.commit()
            except psycopg.errors.DeadlockDetected:
                connection.rollback()
            except psycopg.Error as error:
                failures.append(error)
                return

    threads = [threading.Thread(target=write, args=(("note", "other"),)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(30):
        store.rewind(baseline)
    over.set()
    for thread in threads:
        thread.join()
    store.rewind(baseline)
    assert (failures, place.digest()) == ([], before)


def test_a_rewind_comes_fully_before_or_after_a_transaction(
    place: Place, note: psycopg.Connection, opened: Opened
) -> None:
    note.execute("CREATE TABLE other (id serial PRIMARY KEY, text text)")
    store, before, over = opened(settle=10), place.digest(), threading.Event()
    baseline, seen = store.capture(), set()

    def write() -> None:
        connection = place.connect(autocommit=False)
        while not over.is_set():
            connection.execute("INSERT INTO other (text) VALUES ('x')")
            connection.execute("INSERT INTO note (text) VALUES ('x')")
            connection.commit()

    def read() -> None:
        connection = place.connect()
        while not over.is_set():
            query = "SELECT (SELECT count(*) FROM note), (SELECT count(*) FROM other)"
            seen.add(connection.execute(query).fetchone())

    threads = [threading.Thread(target=act) for act in (write, write, read)]
    for thread in threads:
        thread.start()
    for _ in range(30):
        store.rewind(baseline)
    over.set()
    for thread in threads:
        thread.join()
    assert [pair for pair in seen if pair is None or pair[0] - pair[1] != 1] == []
    store.rewind(baseline)
    assert place.digest() == before
