"""What cannot be put back exactly is refused, with the reason; never done by half."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from statusquo.core.baseline import Touched
from statusquo.core.errors import GuardError, NotExact, StoreError
from statusquo.stores.postgres import connection, mark
from statusquo.stores.postgres.store import PostgresStore, open_store
from tests.integration.stores.postgres.place import NONCE, Place

pytestmark = pytest.mark.integration

Opened = Callable[..., PostgresStore]

DDL = {
    "a new table": ("CREATE TABLE new (id int)", "CREATE TABLE public.new"),
    "a dropped table": ("DROP TABLE spare", "DROP TABLE public.spare"),
    "a new column": ("ALTER TABLE note ADD more text", "ALTER TABLE public.note"),
    "a dropped column": ("ALTER TABLE note DROP text", "ALTER TABLE public.note"),
    "a new index": ("CREATE INDEX quick ON note (text)", "CREATE INDEX public.quick"),
    "a new function": ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "CREATE FUNCTION public.f()"),
    "a new partition": ("CREATE TABLE p1 PARTITION OF part FOR VALUES IN (1)", "CREATE TABLE public.p1"),
    "a sequence that counts otherwise": ("ALTER SEQUENCE note_id_seq INCREMENT 2", "ALTER SEQUENCE public.note_id_seq"),
    "a refreshed view": ("REFRESH MATERIALIZED VIEW seen", "REFRESH MATERIALIZED VIEW public.seen"),
    "triggers switched off for a while": (
        "ALTER TABLE note DISABLE TRIGGER USER; DELETE FROM note; ALTER TABLE note ENABLE TRIGGER USER",
        "ALTER TABLE public.note",
    ),
    "a grant": ("GRANT SELECT ON note TO public", "GRANT TABLE"),
}


@pytest.fixture
def note(app: psycopg.Connection) -> psycopg.Connection:
    app.execute("""
        CREATE TABLE note (id serial PRIMARY KEY, text text); INSERT INTO note (text) VALUES ('first');
        CREATE TABLE spare (id int); CREATE TABLE part (id int) PARTITION BY LIST (id);
        CREATE MATERIALIZED VIEW seen AS SELECT count(*) FROM note""")
    return app


@pytest.mark.parametrize("name", DDL)
def test_ddl_is_seen_and_named(name: str, place: Place, note: psycopg.Connection, opened: Opened) -> None:
    command, said = DDL[name]
    store = opened()
    baseline = store.capture()
    note.execute(command)
    note.execute("INSERT INTO note DEFAULT VALUES")
    now = place.digest()
    with pytest.raises(NotExact) as raised:
        store.rewind(baseline)
    assert str(raised.value) == (
        'Store "db" cannot be put back: its schema changed since the baseline. '
        f"Seen: {said}. Rows are put back, DDL is not. "
        "Run 'statusquo down' and 'statusquo up', or start a new run, to begin from a fresh copy of the baseline; "
        "if somebody else runs the database, mend it there and run 'statusquo adopt'."
    )
    assert place.digest() == now
    assert any(change.group == "catalog" and said in change.item for change in store.diff(baseline).changes)


def test_ddl_that_was_rolled_back_is_no_ddl(place: Place, note: psycopg.Connection, opened: Opened) -> None:
    store, before = opened(), place.digest()
    baseline = store.capture()
    note.execute("BEGIN; ALTER TABLE note ADD more text; INSERT INTO note (more) VALUES ('x'); ROLLBACK")
    note.execute("INSERT INTO note (text) VALUES ('second')")
    assert not store.rewind(baseline).is_clean
    assert before == place.digest()


def test_ddl_below_a_baseline_only_matters_to_those_below(
    place: Place, note: psycopg.Connection, opened: Opened
) -> None:
    store = opened()
    outer = store.capture()
    note.execute("CREATE TABLE new (id int)")
    before, inner = place.digest(), store.capture()
    note.execute("INSERT INTO new VALUES (1)")
    assert store.rewind(inner).touched == (Touched("public.new", 1),)
    assert before == place.digest()
    with pytest.raises(NotExact, match=r"CREATE TABLE public\.new"):
        store.rewind(outer)


def test_a_write_past_the_triggers_is_found_by_counting(place: Place, note: psycopg.Connection, opened: Opened) -> None:
    store = opened()
    baseline = store.capture()
    note.execute("INSERT INTO note (text) VALUES ('second'); UPDATE note SET text = 'third' WHERE id = 1")
    sly = place.connect(place.admin)
    sly.execute("SET statusquo.journal = off; DELETE FROM note WHERE id = 2")
    now = place.digest()
    with pytest.raises(
        NotExact, match=r'table "public\.note" cannot be proved equal to the baseline; nothing was changed'
    ):
        store.rewind(baseline)
    assert place.digest() == now


def test_a_row_that_its_table_would_not_take_today_is_refused(
    place: Place, note: psycopg.Connection, opened: Opened
) -> None:
    note.execute("ALTER TABLE note ADD CONSTRAINT late CHECK (text <> 'first') NOT VALID")
    store = opened()
    baseline = store.capture()
    note.execute("DELETE FROM note")
    now = place.digest()
    with pytest.raises(NotExact) as raised:
        store.rewind(baseline)
    assert str(raised.value).startswith(
        'Store "db": table "public.note" cannot be put back; nothing was changed. '
        "A row of the baseline does not meet a constraint of the table any more. "
        "Make the constraint late hold for all rows at all times. "
    )
    assert place.digest() == now


def test_a_database_that_lost_our_mark_is_not_touched(place: Place, note: psycopg.Connection, opened: Opened) -> None:
    store = opened()
    baseline = store.capture()
    note.execute("DELETE FROM note")
    mark.write(place.admin, "somebody else")
    now = place.digest()
    for act in (lambda: store.rewind(baseline), store.capture):
        with pytest.raises(GuardError, match="It carries the mark of another run"):
            act()
    assert place.digest() == now


def test_a_database_without_a_mark_is_not_opened(place: Place, note: psycopg.Connection) -> None:
    place.connect(place.admin).execute("DROP SCHEMA statusquo CASCADE")
    with pytest.raises(GuardError, match=r'Store "db" at 127\.0\.0\.1:\d+ is not ours to change. It carries no mark'):
        open_store("db", place.admin, nonce="n")
    assert place.connect(place.admin).execute("SELECT to_regnamespace('statusquo')").fetchone() == (None,)


def test_a_journal_of_another_version_is_not_used(place: Place, note: psycopg.Connection, opened: Opened) -> None:
    opened().capture()
    place.connect(place.admin).execute("UPDATE statusquo.version SET digest = 'older'")
    with pytest.raises(StoreError, match="has a journal that another version of statusquo made"):
        opened()


def test_large_objects_of_a_test_are_removed(place: Place, note: psycopg.Connection, opened: Opened) -> None:
    store = opened()
    baseline = store.capture()
    note.execute("SELECT lo_from_bytea(0, 'x'), lo_from_bytea(0, 'y')")
    assert [change.group for change in store.diff(baseline).changes] == ["large objects"] * 2
    assert store.rewind(baseline).touched == (Touched("large objects", 2),)
    assert note.execute("SELECT count(*) FROM pg_largeobject_metadata").fetchone() == (0,)
    assert store.rewind(baseline).is_clean


def test_changes_of_large_objects_of_the_baseline_are_refused(note: psycopg.Connection, opened: Opened) -> None:
    (one,) = note.execute("SELECT lo_from_bytea(0, 'x')").fetchone() or ()
    store = opened()
    baseline = store.capture()
    assert store.rewind(baseline).is_clean
    note.execute("SELECT lo_put(%s, 0, 'z')", [one])
    with pytest.raises(NotExact, match="large objects that the baseline has were changed"):
        store.rewind(baseline)


def test_no_server_no_store(place: Place) -> None:
    nowhere = place.admin.__class__("postgresql", "127.0.0.1", 1, "x", "secret", "nothing")
    with pytest.raises(StoreError, match=r'No connection to the database "nothing" at 127\.0\.0\.1:1') as raised:
        open_store("db", nowhere, nonce="n")
    assert "secret" not in str(raised.value)


def test_a_server_that_is_too_old_is_refused(
    place: Place, app: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(connection, "OLDEST", 990000)
        with pytest.raises(StoreError) as raised:
            open_store("db", place.admin, nonce=NONCE)
    assert str(raised.value) == (
        f"The server at 127.0.0.1:{place.admin.port} is PostgreSQL {app.info.server_version // 10000}. "
        "The journal needs what came with 99. Use PostgreSQL 99 or newer."
    )
