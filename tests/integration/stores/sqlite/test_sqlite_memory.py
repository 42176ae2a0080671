"""Databases in memory, of one connection and shared by several: put back while every connection stays open."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from statusquo.core.errors import Busy, NotExact, StaleBaseline, StoreError
from statusquo.stores.sqlite import memory
from statusquo.stores.sqlite.memory import MemoryDatabaseStore

SHARED = "file:tests?mode=memory&cache=shared"
Connect = Callable[..., sqlite3.Connection]


@pytest.fixture
def connect() -> Iterator[Connect]:
    with ExitStack() as stack:

        def connect_one(place: str = ":memory:") -> sqlite3.Connection:
            connection = sqlite3.connect(place, uri=True, isolation_level=None)
            stack.callback(connection.close)
            return connection

        yield connect_one


@pytest.fixture
def app(connect: Connect) -> sqlite3.Connection:
    """A connection to a database with one table and one row."""
    return filled(connect())


@pytest.fixture
def shared(connect: Connect) -> tuple[sqlite3.Connection, sqlite3.Connection]:
    """Two connections to one database."""
    return filled(connect(SHARED)), connect(SHARED)


def filled(app: sqlite3.Connection) -> sqlite3.Connection:
    app.execute("CREATE TABLE note (id INTEGER PRIMARY KEY AUTOINCREMENT, text UNIQUE)")
    app.execute("INSERT INTO note (text) VALUES ('first')")
    return app


def opened(connection: sqlite3.Connection, *, shared: str = "") -> MemoryDatabaseStore:
    return memory.open_store("default", connection, settle=0.05, shared=shared)


@pytest.fixture(params=["", SHARED], ids=["handed over", "beside"])
def over_shared(
    shared: tuple[sqlite3.Connection, sqlite3.Connection], request: pytest.FixtureRequest
) -> Iterator[MemoryDatabaseStore]:
    """A store over the shared database: over the connection that was handed over, and over one of its own beside it."""
    with closing(opened(shared[0], shared=request.param)) as store:
        yield store


def texts(app: sqlite3.Connection) -> list[str]:
    return [text for (text,) in app.execute("SELECT text FROM note ORDER BY id")]


def test_rows_tables_and_counters_are_back_and_the_connection_sees_it(app: sqlite3.Connection) -> None:
    store = opened(app)
    baseline = store.capture()
    app.execute("INSERT INTO note (text) VALUES ('second')")
    app.execute("CREATE TABLE extra (a)")
    app.execute("CREATE TEMP TABLE own (a)")

    assert [str(change.item) for change in store.diff(baseline).changes] == ["id=2", "table extra", "name='note'"]
    assert store.rewind(baseline).items > 0

    assert texts(app) == ["first"]
    assert app.execute("SELECT name FROM sqlite_schema WHERE name = 'extra'").fetchall() == []
    assert app.execute("SELECT count(*) FROM own").fetchone() == (0,), "temporary tables are the connection's own"
    app.execute("INSERT INTO note (text) VALUES ('again')")
    assert app.execute("SELECT max(id) FROM note").fetchone() == (2,)


def test_nothing_written_is_nothing_to_put_back(app: sqlite3.Connection) -> None:
    store = opened(app)
    baseline = store.capture()
    assert store.rewind(baseline).is_clean
    assert store.diff(baseline).is_empty


def test_layers_nest(app: sqlite3.Connection) -> None:
    store = opened(app)
    outer = store.capture()
    app.execute("INSERT INTO note (text) VALUES ('of the module')")
    inner = store.capture()
    app.execute("DELETE FROM note")
    store.rewind(inner)
    assert texts(app) == ["first", "of the module"]
    store.rewind(outer)
    assert texts(app) == ["first"]
    with pytest.raises(StaleBaseline):
        store.rewind(inner)


def test_a_counter_that_moved_without_a_row_is_put_back(app: sqlite3.Connection) -> None:
    store = opened(app)
    baseline = store.capture()
    changes = app.total_changes
    app.execute("INSERT OR IGNORE INTO note (text) VALUES ('first')")
    assert app.total_changes == changes, "SQLite does not count it"
    assert store.rewind(baseline).items == 1
    assert app.execute("SELECT seq FROM sqlite_sequence").fetchone() == (1,)


def test_capturing_again_keeps_no_second_copy(app: sqlite3.Connection) -> None:
    store = opened(app)
    store.capture()
    store.capture()
    assert len({id(kept) for kept in store._layers.kept}) == 1


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16le"])
def test_an_empty_database_becomes_empty_again(connect: Connect, encoding: str) -> None:
    app = connect()
    app.execute(f"PRAGMA encoding = '{encoding}'")
    store = opened(app)
    baseline = store.capture()
    filled(app)
    assert not store.rewind(baseline).is_clean
    assert app.execute("SELECT * FROM sqlite_schema").fetchall() == []
    assert store.rewind(baseline).is_clean
    assert app.execute("PRAGMA encoding").fetchone() == (encoding,)


def test_a_saved_baseline_fills_the_database_of_another_process(
    app: sqlite3.Connection, connect: Connect, tmp_path: Path
) -> None:
    store = opened(app)
    store.save(store.capture(), tmp_path)
    fresh = connect()
    other = opened(fresh)
    other.rewind(other.resume(tmp_path))
    assert texts(fresh) == ["first"]


def test_rows_as_the_application_wants_them_do_not_disturb(app: sqlite3.Connection) -> None:
    app.row_factory = lambda cursor, row: {
        column[0]: value for column, value in zip(cursor.description, row, strict=True)
    }
    app.text_factory = bytes
    store = opened(app)
    baseline = store.capture()
    app.execute("INSERT INTO note (text) VALUES ('second')")
    assert len(store.diff(baseline).changes) == 2
    assert not store.rewind(baseline).is_clean
    assert store.rewind(baseline).notes == ()
    assert app.execute("SELECT text FROM note").fetchall() == [{"text": b"first"}]


def test_other_connections_see_the_baseline_and_stay_open(
    shared: tuple[sqlite3.Connection, sqlite3.Connection], over_shared: MemoryDatabaseStore
) -> None:
    ours, theirs = shared
    baseline = over_shared.capture()
    theirs.execute("INSERT INTO note (text) VALUES ('second')")
    theirs.execute("ALTER TABLE note ADD COLUMN more")
    over_shared.rewind(baseline)
    assert texts(theirs) == texts(ours) == ["first"]
    theirs.execute("INSERT INTO note (text) VALUES ('third')")
    assert not over_shared.rewind(baseline).is_clean


def test_a_transaction_of_another_connection_is_not_captured_and_not_put_back(
    shared: tuple[sqlite3.Connection, sqlite3.Connection], over_shared: MemoryDatabaseStore
) -> None:
    _, theirs = shared
    baseline = over_shared.capture()
    theirs.execute("BEGIN")
    theirs.execute("INSERT INTO note (text) VALUES ('second')")
    for use in (over_shared.capture, lambda: over_shared.diff(baseline), lambda: over_shared.rewind(baseline)):
        with pytest.raises(Busy):
            use()
    theirs.execute("COMMIT")
    over_shared.rewind(baseline)
    assert texts(theirs) == ["first"]


def test_who_writes_right_after_the_pages_were_put_back_is_told(
    shared: tuple[sqlite3.Connection, sqlite3.Connection],
    over_shared: MemoryDatabaseStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours, theirs = shared
    restore = over_shared._restore

    def restore_and_write(wanted: bytes) -> None:
        restore(wanted)
        theirs.execute("INSERT INTO note (text) VALUES ('late')")

    monkeypatch.setattr(over_shared, "_restore", restore_and_write)
    baseline = over_shared.capture()
    ours.execute("INSERT INTO note (text) VALUES ('second')")
    with pytest.raises(NotExact) as caught:
        over_shared.rewind(baseline)
    assert str(caught.value) == (
        'Store "default": the database in memory differs from the baseline after its pages were put back. '
        "Another thread or connection wrote at the same moment. Let a test wait until its threads are done."
    )
    assert texts(theirs) == ["first", "late"]


def test_a_connection_beside_reads_no_pages_where_nobody_has_committed(
    shared: tuple[sqlite3.Connection, sqlite3.Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = shared
    with closing(opened(ours, shared=SHARED)) as store:
        baseline = store.capture()
        theirs.execute("INSERT INTO note (text) VALUES ('second')")
        store.rewind(baseline)
        ours.execute("BEGIN")
        ours.execute("INSERT INTO note (text) VALUES ('rolled back')")
        ours.execute("ROLLBACK")
        monkeypatch.delattr(MemoryDatabaseStore, "_look")
        assert store.rewind(baseline).is_clean
        assert store.rewind(store.capture()).is_clean
        theirs.execute("DELETE FROM note")
        assert not store.rewind(baseline).is_clean
    assert texts(ours) == ["first"]


def test_a_counter_that_moved_in_a_shared_database_is_put_back(
    shared: tuple[sqlite3.Connection, sqlite3.Connection], over_shared: MemoryDatabaseStore
) -> None:
    ours, _ = shared
    baseline = over_shared.capture()
    ours.execute("INSERT OR IGNORE INTO note (text) VALUES ('first')")
    assert not over_shared.rewind(baseline).is_clean
    assert ours.execute("SELECT seq FROM sqlite_sequence").fetchone() == (1,)


def test_a_connection_beside_that_leads_elsewhere_is_not_used(app: sqlite3.Connection) -> None:
    with closing(opened(app, shared="file:another?mode=memory&cache=shared")) as store:
        baseline = store.capture()
        app.execute("INSERT INTO note (text) VALUES ('second')")
        assert not store.rewind(baseline).is_clean
        assert texts(app) == ["first"]


def test_a_closed_store_keeps_no_shared_database(connect: Connect) -> None:
    place = "file:closed?mode=memory&cache=shared"
    with closing(sqlite3.connect(place, uri=True, isolation_level=None)) as app:
        store = opened(filled(app), shared=place)
        store.capture()
        store.close()
    assert connect(place).execute("SELECT * FROM sqlite_schema").fetchall() == []


@pytest.mark.parametrize("begun", ["BEGIN", "SAVEPOINT one"])
def test_a_transaction_of_the_connection_itself_is_told(app: sqlite3.Connection, begun: str) -> None:
    store = opened(app)
    baseline = store.capture()
    app.execute(begun)
    app.execute("INSERT INTO note (text) VALUES ('second')")
    with pytest.raises(Busy) as caught:
        store.rewind(baseline)
    assert str(caught.value) == (
        'Store "default": the database in memory cannot be put back, a transaction or a cursor is open. '
        "It did not end within 0.05 s, on the connection that was handed over or another one. "
        "Commit or roll back, and read cursors to their end or close them."
    )
    assert app.in_transaction
    assert texts(app) == ["first", "second"]


def test_a_cursor_with_rows_left_is_told(app: sqlite3.Connection) -> None:
    app.execute("INSERT INTO note (text) VALUES ('second')")
    store = opened(app)
    baseline = store.capture()
    app.execute("INSERT INTO note (text) VALUES ('third')")
    cursor = app.execute("SELECT text FROM note")
    cursor.fetchone()
    with pytest.raises(Busy, match="a cursor is open"):
        store.rewind(baseline)
    cursor.close()
    assert not store.rewind(baseline).is_clean


def test_what_is_attached_besides_is_named(app: sqlite3.Connection, tmp_path: Path) -> None:
    app.execute("ATTACH ':memory:' AS cache")
    app.execute("ATTACH ? AS log", [str(tmp_path / "log.sqlite3")])
    store = opened(app)
    assert store.rewind(store.capture()).notes == (
        f"Attached, and not part of this store: cache (in memory), log ({tmp_path / 'log.sqlite3'}).",
    )


def test_a_file_is_another_stores(tmp_path: Path, connect: Connect) -> None:
    path = tmp_path / "app.sqlite3"
    with pytest.raises(StoreError) as caught:
        opened(connect(f"file:{path}"))
    assert str(caught.value) == (
        f'Store "default": the connection leads to {path}. Open a store over the file, by its path.'
    )


def test_a_connection_that_was_closed_is_told(app: sqlite3.Connection) -> None:
    store = opened(app)
    baseline = store.capture()
    app.close()
    with pytest.raises(StoreError) as caught:
        store.rewind(baseline)
    assert str(caught.value) == (
        'Store "default": the database in memory cannot be put back. SQLite says: Cannot operate on a closed database.'
    )


def test_a_closed_store_leaves_the_connection_open(app: sqlite3.Connection) -> None:
    store = opened(app)
    store.capture()
    store.close()
    assert texts(app) == ["first"]
