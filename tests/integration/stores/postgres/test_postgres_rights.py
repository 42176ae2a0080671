"""A role that owns the database and is no superuser can rewind it where the server lets it, and is told where not."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import psycopg
import pytest

from statusquo.core.errors import NotExact, StoreError
from statusquo.stores.postgres import mark, refusals
from statusquo.stores.postgres.store import PostgresStore, open_store
from tests.integration.stores.postgres.place import NONCE, Place
from tests.integration.stores.postgres.swapping import crash
from tests.integration.stores.postgres.test_postgres_refusals import DDL

pytestmark = pytest.mark.integration

SCHEMA = """
CREATE TABLE note (id serial PRIMARY KEY, text text); INSERT INTO note (text) VALUES ('first');
CREATE TABLE spare (id int REFERENCES note); CREATE TABLE part (id int) PARTITION BY LIST (id);
CREATE TABLE part_2 PARTITION OF part FOR VALUES IN (2); CREATE MATERIALIZED VIEW seen AS SELECT count(*) FROM note;
"""


@pytest.fixture
def owned(place: Place) -> Iterator[Place]:
    """The place, seen by its owner alone; nothing of it was made by a superuser."""
    with psycopg.connect(place.admin.url, autocommit=True) as admin:
        admin.execute("DROP SCHEMA statusquo CASCADE")
        if admin.info.server_version < 150000:
            pytest.skip("before PostgreSQL 15 nobody can be granted this right")
        admin.execute("GRANT SET ON PARAMETER session_replication_role TO tenant")
    with psycopg.connect(place.owner.url, autocommit=True) as app:
        app.execute(SCHEMA)
    mark.write(place.owner, NONCE)
    yield dataclasses.replace(place, admin=place.owner)
    with psycopg.connect(place.admin.url, autocommit=True) as admin:
        admin.execute("REVOKE SET ON PARAMETER session_replication_role FROM tenant")


@pytest.fixture
def store(owned: Place) -> PostgresStore:
    store = open_store("db", owned.owner, nonce=NONCE)
    owned.stack.callback(store.close)
    return store


def test_an_owner_rewinds(owned: Place, store: PostgresStore) -> None:
    app, before, outer = owned.connect(), owned.digest(), store.capture()
    app.execute("INSERT INTO note (text) VALUES ('second'); INSERT INTO spare VALUES (2); INSERT INTO part VALUES (2)")
    middle, inner = owned.digest(), store.capture()
    app.execute("TRUNCATE note CASCADE; CREATE TEMP TABLE mine (id int); SELECT nextval('note_id_seq')")
    assert not store.rewind(inner).is_clean
    assert owned.digest() == middle
    assert store.rewind(inner).is_clean
    assert not store.rewind(outer).is_clean
    assert owned.digest() == before


@pytest.mark.parametrize("name", DDL)
def test_ddl_is_noticed_in_the_catalog(name: str, owned: Place, store: PostgresStore) -> None:
    app, baseline = owned.connect(), store.capture()
    app.execute(DDL[name][0])
    now = owned.digest()
    for _ in range(2):
        with pytest.raises(NotExact, match=r"its schema changed since the baseline\. Seen: (another catalog|DDL that)"):
            store.rewind(baseline)
        assert owned.digest() == now
        inner = store.capture()
        assert store.rewind(inner).is_clean


def test_a_crash_is_told_and_the_next_run_mends_it(owned: Place, store: PostgresStore) -> None:
    outer = store.capture()
    owned.connect().execute("INSERT INTO note (text) VALUES ('second')")
    inner = store.capture()
    crash(owned)
    for act in (lambda: store.rewind(inner), lambda: store.rewind(outer), lambda: store.diff(outer), store.capture):
        with pytest.raises(NotExact) as raised:
            act()
        assert str(raised.value) == (
            'Store "db" cannot be put back: the server crashed since the baseline. '
            f"The journal is not kept through a crash, so what changed is not known. {refusals.AGAIN}"
        )
    store.close()
    other, app = open_store("db", owned.owner, nonce=NONCE), owned.connect()
    before, baseline = owned.digest(), other.capture()
    app.execute("UPDATE note SET text = 'x'; INSERT INTO part VALUES (2); SELECT nextval('note_id_seq')")
    assert not other.rewind(baseline).is_clean
    assert owned.digest() == before
    assert other.rewind(baseline).is_clean
    other.close()


def test_without_the_right_the_statement_that_grants_it_is_told(place: Place) -> None:
    with pytest.raises(StoreError) as raised:
        open_store("db", place.owner, nonce=NONCE)
    with psycopg.connect(place.admin.url) as admin:
        can_be_granted = admin.info.server_version >= 150000
    assert str(raised.value).startswith(f'Role "tenant" may not rewind the database "{place.owner.name}" at 127.0.0.1:')
    assert (
        str(raised.value).endswith(
            "It cannot switch off triggers and foreign keys for its own session (session_replication_role). "
            'As a superuser: GRANT SET ON PARAMETER session_replication_role TO "tenant"'
        )
        or not can_be_granted
    )


def test_a_role_that_may_rewind_and_not_have_a_journal_is_told_what_lets_it(place: Place) -> None:
    guest, host = place.owner.name, f"at {place.owner.host}:{place.owner.port}"
    with psycopg.connect(place.admin.url, autocommit=True) as admin:
        if admin.info.server_version < 150000:
            pytest.skip("before PostgreSQL 15 nobody can be granted the other right")
        admin.execute("CREATE ROLE guest LOGIN PASSWORD 'word'")
        admin.execute("GRANT SET ON PARAMETER session_replication_role TO guest")
        address = dataclasses.replace(place.owner, user="guest", password="word")
        try:
            with pytest.raises(StoreError) as raised:
                mark.write(address, NONCE)
            assert str(raised.value) == (
                f'Role "guest" may not have a journal in the database "{guest}" {host}. PostgreSQL says: permission '
                f'denied for database {guest}. As its owner or a superuser: GRANT CREATE ON DATABASE "{guest}" TO '
                '"guest"'
            )
            admin.execute("DROP SCHEMA statusquo CASCADE; CREATE TABLE theirs (id int)")
            admin.execute(f'GRANT CREATE ON DATABASE "{guest}" TO guest')
            mark.write(address, NONCE)
            with pytest.raises(StoreError) as raised:
                open_store("db", address, nonce=NONCE)
            assert str(raised.value) == (
                f'Role "guest" may not have a journal in the database "{guest}" {host}. PostgreSQL says: permission '
                "denied for table theirs. The journal's triggers need the owner of the tables: have "
                '"guest" own them, or connect as who does.'
            )
        finally:
            admin.execute("DROP OWNED BY guest CASCADE; DROP ROLE guest")
