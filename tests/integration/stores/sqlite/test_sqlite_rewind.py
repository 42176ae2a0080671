"""What comes back with the pages, what stays open, what is touched, and what is refused."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from statusquo.core.baseline import Touched
from statusquo.core.errors import GuardError, StaleBaseline, StoreError
from statusquo.stores.sqlite import mark
from statusquo.stores.sqlite.live import Live
from statusquo.stores.sqlite.store import open_store
from statusquo.stores.sqlite.verify import SqliteWitness
from tests.integration.stores.sqlite.conftest import Connect, Opened

pytestmark = pytest.mark.integration

EVERYTHING = """
CREATE TABLE pair (a, b, PRIMARY KEY (a, b)) WITHOUT ROWID;
CREATE TABLE parent (id INTEGER PRIMARY KEY);
CREATE TABLE child (id INTEGER PRIMARY KEY, parent REFERENCES parent ON DELETE CASCADE);
CREATE TABLE "odd ""name" ("the ""key" TEXT COLLATE NOCASE PRIMARY KEY, rowid, oid, _rowid_);
CREATE TABLE computed (a INTEGER, twice AS (a * 2) STORED);
CREATE TABLE keyless (a);
CREATE VIRTUAL TABLE docs USING fts5 (body);
CREATE VIRTUAL TABLE places USING rtree (id, x1, x2);
CREATE VIEW notes AS SELECT text FROM note;
CREATE TRIGGER noted AFTER INSERT ON note BEGIN INSERT INTO keyless VALUES (new.id); END;
CREATE INDEX by_text ON note (text);
INSERT INTO pair VALUES (1, 'one'), (2, x'02');
INSERT INTO parent VALUES (1), (2);
INSERT INTO child VALUES (1, 1), (2, 1), (3, 2);
INSERT INTO "odd ""name" VALUES ('Key', 1, 2, 3);
INSERT INTO computed (a) VALUES (21);
INSERT INTO keyless VALUES ('same'), ('same');
INSERT INTO docs VALUES ('the quick brown fox'), ('jumps');
INSERT INTO places VALUES (1, 0, 10);
ANALYZE;
"""

CHANGES = {
    "rows": "INSERT INTO note (text) VALUES ('a'), ('b'); DELETE FROM note WHERE id = 1",
    "autoincrement": "INSERT INTO note (text) VALUES ('a'); DELETE FROM note WHERE text = 'a'",
    "without rowid": "UPDATE pair SET b = 'uno' WHERE a = 1; DELETE FROM pair WHERE a = 2",
    "cascade": "PRAGMA foreign_keys = ON; DELETE FROM parent WHERE id = 1",
    "swapped keys": "UPDATE child SET id = -id; UPDATE child SET id = 4 + id",
    "collation": """UPDATE "odd ""name" SET "the ""key" = 'KEY'""",
    "types": "UPDATE keyless SET a = 1.0; UPDATE pair SET b = '2' WHERE a = 2",
    "equal rows": "DELETE FROM keyless WHERE rowid = 2",
    "full text": "INSERT INTO docs VALUES ('over the lazy dog'); DELETE FROM docs WHERE docs MATCH 'fox'",
    "virtual": "UPDATE places SET x2 = 20; INSERT INTO places VALUES (2, 5, 6)",
    "new table": "CREATE TABLE extra (a); INSERT INTO extra VALUES (1)",
    "dropped": "DROP TABLE docs; DROP TABLE note; DROP VIEW notes",
    "altered": "ALTER TABLE keyless ADD COLUMN b DEFAULT 'b'; ALTER TABLE pair RENAME COLUMN b TO c",
    "index": "DROP INDEX by_text; CREATE INDEX other ON note (text, id); DROP TRIGGER noted",
    "settings": "PRAGMA user_version = 7; PRAGMA application_id = 8",
    "larger": "INSERT INTO keyless SELECT zeroblob(100000) FROM note",
    "smaller": "DELETE FROM docs; DELETE FROM keyless; VACUUM",
}


def holds(path: Path) -> dict[str, str]:
    return dict(SqliteWitness("main", path).digest())


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_everything_comes_back_and_the_connection_sees_it(
    app: sqlite3.Connection, path: Path, opened: Opened, change: str
) -> None:
    app.executescript(EVERYTHING)
    before = holds(path)
    store = opened()
    baseline = store.capture()
    app.executescript(change)
    assert holds(path) != before
    assert not store.diff(baseline).is_empty
    assert store.rewind(baseline).items > 0
    assert holds(path) == before
    assert store.diff(baseline).is_empty
    assert store.rewind(baseline).is_clean
    assert app.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert app.execute("SELECT body FROM docs WHERE docs MATCH 'fox'").fetchall() == [("the quick brown fox",)]
    app.execute("INSERT INTO note (text) VALUES ('next')")
    assert app.execute("SELECT max(id) FROM note").fetchall() == [(2,)]


def test_a_rewind_says_how_many_pages_it_put_back(app: sqlite3.Connection, opened: Opened) -> None:
    app.executescript("CREATE TABLE big (a); INSERT INTO big VALUES (zeroblob(400000))")
    store = opened()
    baseline = store.capture()
    app.execute("UPDATE note SET text = 'changed'")
    assert store.rewind(baseline).touched == (Touched("pages", 1),)


def test_the_journal_mode_stays(app: sqlite3.Connection, connect: Connect, opened: Opened) -> None:
    (mode,) = app.execute("PRAGMA journal_mode").fetchone()
    store = opened()
    baseline = store.capture()
    app.execute("DELETE FROM note")
    store.rewind(baseline)
    assert app.execute("PRAGMA journal_mode").fetchone() == (mode,)
    assert connect().execute("SELECT text FROM note").fetchall() == [("first",)]


def test_a_change_of_the_journal_mode_is_no_change(app: sqlite3.Connection, opened: Opened) -> None:
    app.execute("PRAGMA journal_mode = DELETE")
    store = opened()
    baseline = store.capture()
    app.execute("PRAGMA journal_mode = WAL")
    assert store.diff(baseline).is_empty
    assert store.rewind(baseline).is_clean
    app.execute("DELETE FROM note")
    store.rewind(baseline)
    assert app.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert app.execute("SELECT text FROM note").fetchall() == [("first",)]


def test_other_page_sizes_and_texts_come_back(connect: Connect, path: Path, opened: Opened) -> None:
    app = sqlite3.connect(path, isolation_level=None)
    app.executescript("PRAGMA page_size = 65536; PRAGMA encoding = 'UTF-16le'; CREATE TABLE t (a); VACUUM")
    app.close()
    app = connect()
    app.execute("INSERT INTO t VALUES ('naïve')")
    store = opened()
    baseline = store.capture()
    app.execute("UPDATE t SET a = 'wrong'")
    (change,) = store.diff(baseline).changes
    assert (change.before, change.after) == ({"a": "'naïve'"}, {"a": "'wrong'"})
    store.rewind(baseline)
    assert app.execute("SELECT a FROM t").fetchall() == [("naïve",)]


def test_nothing_is_read_when_nobody_committed(app: sqlite3.Connection, opened: Opened) -> None:
    app.executescript("CREATE TABLE big (a); INSERT INTO big VALUES (zeroblob(4000000))")
    store = opened()
    baseline = store.capture()
    app.execute("DELETE FROM note")
    store.rewind(baseline)
    assert app.execute("SELECT count(*) FROM big").fetchall() == [(1,)]
    process = psutil.Process()
    before = process.io_counters()
    assert store.rewind(baseline).is_clean
    assert store.diff(baseline).is_empty
    store.capture()
    after = process.io_counters()
    assert after.read_chars - before.read_chars < 4096
    assert after.write_chars == before.write_chars


def test_a_checkpoint_is_no_change(app: sqlite3.Connection, opened: Opened) -> None:
    app.execute("PRAGMA wal_autocheckpoint = 0")
    store = opened()
    baseline = store.capture()
    app.execute("UPDATE note SET text = text")
    store.rewind(baseline)
    app.execute("PRAGMA wal_checkpoint (TRUNCATE)")
    assert store.rewind(baseline).is_clean


def test_capturing_again_keeps_no_second_copy(app: sqlite3.Connection, path: Path, opened: Opened) -> None:
    store = opened()
    outer = store.capture()
    store.capture()
    copies = path.parent / "scratch" / "copies"
    assert len(list(copies.iterdir())) == 1
    app.execute("DELETE FROM note")
    inner = store.capture()
    assert len(list(copies.iterdir())) == 2
    store.rewind(outer)
    assert len(list(copies.iterdir())) == 1
    with pytest.raises(StaleBaseline):
        store.rewind(inner)
    assert app.execute("SELECT text FROM note").fetchall() == [("first",)]


def test_an_absent_database_becomes_an_empty_one_and_stays_open(path: Path, opened: Opened, connect: Connect) -> None:
    store = opened()
    baseline = store.capture()
    assert store.rewind(baseline).is_clean
    assert not path.exists()
    app = connect()
    app.execute("CREATE TABLE note (id)")
    assert [change.item for change in store.diff(baseline).changes] == ["table note"]
    assert not store.rewind(baseline).is_clean
    assert app.execute("SELECT * FROM sqlite_schema").fetchall() == []
    assert store.rewind(baseline).is_clean
    assert store.diff(baseline).is_empty
    app.execute("CREATE TABLE note (id)")


def test_an_empty_one_fits_the_pages_that_are_there(path: Path, opened: Opened) -> None:
    store = opened()
    baseline = store.capture()
    with closing(sqlite3.connect(path, isolation_level=None)) as app:
        app.executescript("PRAGMA page_size = 8192; PRAGMA encoding = 'UTF-16be'; PRAGMA journal_mode = WAL")
        app.execute("CREATE TABLE note (id)")
        assert [change.item for change in store.diff(baseline).changes] == ["table note"]
        assert not store.rewind(baseline).is_clean
        assert app.execute("SELECT * FROM sqlite_schema").fetchall() == []
        assert store.rewind(baseline).is_clean


def test_one_made_again_is_not_taken_for_the_one_before(path: Path) -> None:
    def make() -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as app:
            app.execute("CREATE TABLE note (text)")

    live = Live("main", path, settle=1)
    make()
    before = live.version()
    path.unlink()
    assert live.version() is None
    make()  # most file systems give it the same inode, and its counters begin anew
    assert live.version() != before
    live.close()


def test_a_baseline_can_be_resumed_where_others_were_captured(
    app: sqlite3.Connection, path: Path, opened: Opened
) -> None:
    store = opened()
    saved = path.with_name("saved")
    saved.mkdir()
    store.save(store.capture(), saved)
    outer = store.resume(saved)
    inner = store.capture()
    for baseline in (inner, outer):
        app.execute("DELETE FROM note")
        assert not store.rewind(baseline).is_clean
        assert app.execute("SELECT text FROM note").fetchall() == [("first",)]


def test_a_database_that_was_removed_is_made_again(app: sqlite3.Connection, path: Path, opened: Opened) -> None:
    (mode,) = app.execute("PRAGMA journal_mode").fetchone()
    store = opened()
    baseline = store.capture()
    app.close()
    for each in path.parent.glob("app.sqlite3*"):
        if each.suffix != ".statusquo-mark":
            each.unlink()
    deleted = {(change.kind, change.group) for change in store.diff(baseline).changes}
    assert deleted == {("deleted", "note"), ("deleted", "schema"), ("deleted", "sqlite_sequence")}
    assert store.rewind(baseline).items > 0
    with closing(sqlite3.connect(path)) as again:
        assert again.execute("SELECT text FROM note").fetchall() == [("first",)]
        assert again.execute("PRAGMA journal_mode").fetchone() == (mode,)
    assert store.rewind(baseline).is_clean


def test_another_file_in_its_place_is_noticed(app: sqlite3.Connection, path: Path, opened: Opened) -> None:
    store = opened()
    baseline = store.capture()
    app.close()
    other = path.with_name("other")
    made = sqlite3.connect(other)
    made.execute("CREATE TABLE intruder (a)")
    made.close()
    for each in (path.with_name("app.sqlite3-wal"), path.with_name("app.sqlite3-shm")):
        each.unlink(missing_ok=True)
    other.replace(path)
    assert "table intruder" in [change.item for change in store.diff(baseline).changes]
    store.rewind(baseline)
    with closing(sqlite3.connect(path)) as again:
        assert again.execute("SELECT text FROM note").fetchall() == [("first",)]


def test_without_our_mark_nothing_is_touched(app: sqlite3.Connection, path: Path, opened: Opened) -> None:
    store = opened()
    baseline = store.capture()
    app.execute("DELETE FROM note")
    mark.write(path, "somebody else's")
    with pytest.raises(GuardError, match="carries the mark of another run"):
        store.rewind(baseline)
    assert app.execute("SELECT count(*) FROM note").fetchall() == [(0,)]


def test_what_is_no_database_is_told(app: sqlite3.Connection, path: Path, opened: Opened) -> None:
    store = opened()
    baseline = store.capture()
    app.close()
    store.close()
    path.write_bytes(b"not a database, but long enough to look like one" * 100)
    store = opened()
    with pytest.raises(StoreError) as failed:
        store.capture()
    assert str(failed.value) == f'Store "main": {path} cannot be read or put back. SQLite says: file is not a database.'
    assert baseline.depth == 0


def test_an_attached_database_is_a_store_of_its_own(app: sqlite3.Connection, path: Path, opened: Opened) -> None:
    other = path.with_name("log.sqlite3")
    mark.write(other, "ours")
    app.execute("ATTACH ? AS log", [str(other)])
    app.execute("CREATE TABLE log.line (text)")
    stores = [opened(), open_store("log", other, nonce="ours", scratch=path.parent / "of the log")]
    baselines = [store.capture() for store in stores]

    app.executescript("BEGIN; INSERT INTO note (text) VALUES ('second'); INSERT INTO line VALUES ('noted'); COMMIT")

    assert [len(store.diff(to).changes) for store, to in zip(stores, baselines, strict=True)] == [2, 1]
    for store, baseline in zip(stores, baselines, strict=True):
        assert not store.rewind(baseline).is_clean
    assert app.execute("SELECT text FROM note UNION ALL SELECT text FROM line").fetchall() == [("first",)]
    stores[1].close()
