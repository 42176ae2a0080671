"""What is not the store's business is left alone: what sessions hold, other databases, roles with few rights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

import psycopg
import pytest

from statusquo.core.baseline import Touched
from statusquo.core.endpoint import Endpoint
from statusquo.stores.postgres.store import PostgresStore, open_store
from tests.integration.stores.postgres import place as places
from tests.integration.stores.postgres.place import NONCE, Place

pytestmark = pytest.mark.integration

Opened = Callable[..., PostgresStore]


@pytest.fixture
def note(app: psycopg.Connection) -> psycopg.Connection:
    app.execute("CREATE TABLE note (id serial PRIMARY KEY, text text); INSERT INTO note (text) VALUES ('first')")
    return app


@pytest.fixture
def clerk(place: Place, note: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """Somebody who may write to one table, and only to some of its rows."""
    admin = place.connect(place.admin)
    admin.execute("""
        CREATE ROLE clerk; GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON note TO clerk;
        GRANT USAGE ON SEQUENCE note_id_seq TO clerk; REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
        ALTER TABLE note ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON note TO clerk USING (text <> 'hidden');
        INSERT INTO note (text) VALUES ('hidden')""")
    session = place.connect(place.admin)
    session.execute("SET SESSION AUTHORIZATION clerk")
    yield session
    session.close()
    admin.execute("DROP OWNED BY clerk; DROP ROLE clerk")


def test_advisory_locks_and_listeners_of_sessions_are_left_alone(
    place: Place, note: psycopg.Connection, opened: Opened
) -> None:
    store, other = opened(), place.connect()
    baseline = store.capture()
    note.execute("SELECT pg_advisory_lock(1398034256, 2), pg_advisory_lock(7), pg_advisory_lock_shared(8)")
    note.execute("LISTEN news; INSERT INTO note (text) VALUES ('x')")
    note.execute("DECLARE c CURSOR WITH HOLD FOR VALUES (1), (2); CREATE TEMP TABLE aside AS SELECT 1 AS kept")
    note.execute("SELECT nextval('note_id_seq'); PREPARE known AS SELECT 5")
    assert not store.rewind(baseline).is_clean
    for lock in ("(1398034256, 2)", "(7)", "(8)"):
        assert other.execute(f"SELECT pg_try_advisory_lock{lock}".encode()).fetchone() == (False,)
    other.execute("NOTIFY news, 'good'")
    assert [heard.payload for heard in note.notifies(timeout=10, stop_after=1)] == ["good"]
    assert note.execute("FETCH ALL c").fetchall() == [(1,), (2,)]
    assert note.execute("SELECT kept FROM aside").fetchone() == (1,)
    assert note.execute("EXECUTE known").fetchone() == (5,)


def test_databases_of_one_server_are_rewound_each_for_itself(
    place: Place, note: psycopg.Connection, opened: Opened, postgres_server: Endpoint
) -> None:
    assert postgres_server.admin is not None
    with places.made(postgres_server.admin, "the other one") as beside:
        there = beside.connect()
        there.execute("CREATE TABLE note (id int); INSERT INTO note VALUES (1)")
        with closing(open_store("beside", beside.admin, nonce=NONCE)) as second:
            first = opened()
            here_before, there_before = place.digest(), beside.digest()
            here, elsewhere = first.capture(), second.capture()
            note.execute("DELETE FROM note")
            there.execute("BEGIN; DELETE FROM note")
            assert first.rewind(here).touched == (Touched("public.note", 1),)
            there.execute("COMMIT")
            assert (place.digest(), beside.digest() == there_before) == (here_before, False)
            assert first.rewind(here).is_clean
            assert not second.rewind(elsewhere).is_clean
            assert (place.digest(), beside.digest()) == (here_before, there_before)


def test_a_role_without_rights_on_our_schema_writes_and_is_rewound(
    place: Place, clerk: psycopg.Connection, opened: Opened
) -> None:
    store, before = opened(), place.digest()
    baseline = store.capture()
    for write in (
        "INSERT INTO note (text) VALUES ('second')",
        "UPDATE note SET text = 'third'",
        "DELETE FROM note",
        "TRUNCATE note",
    ):
        clerk.execute(write.encode())
        assert not store.rewind(baseline).is_clean
        assert place.digest() == before
    for forbidden in ("SELECT * FROM statusquo.dirty", "SELECT statusquo.forget()", "SELECT statusquo.note('a', 'b')"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            clerk.execute(forbidden.encode())
