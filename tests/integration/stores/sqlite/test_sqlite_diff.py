"""What a diff shows of rows, of the schema and of values that look alike."""

from __future__ import annotations

import sqlite3

import pytest

from statusquo.core.diff import Change
from tests.integration.stores.sqlite.conftest import Opened

pytestmark = pytest.mark.integration


def changes(app: sqlite3.Connection, opened: Opened, before: str, after: str) -> tuple[Change, ...]:
    """What *after* changes in what *before* made."""
    app.executescript(before)
    store = opened()
    baseline = store.capture()
    app.executescript(after)
    return store.diff(baseline).changes


def test_values_of_different_types_are_told_apart(app: sqlite3.Connection, opened: Opened) -> None:
    found = changes(
        app,
        opened,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a); INSERT INTO t (a) VALUES (1), (1), (1), ('x'), (''), ('NULL')",
        "UPDATE t SET a = '1' WHERE id = 1; UPDATE t SET a = 1.0 WHERE id = 2; UPDATE t SET a = x'31' WHERE id = 3;"
        "UPDATE t SET a = 'x' || char(0) || 'y' WHERE id = 4; UPDATE t SET a = NULL WHERE id IN (5, 6)",
    )
    shown = [(each.before, each.after) for each in found]
    assert [(before["a"], after["a"]) for before, after in shown if before and after] == [
        ("1", "'1'"),
        ("1", "1.0"),
        ("1", "X'31'"),
        ("'x'", "'x\0y'"),
        ("''", None),
        ("'NULL'", None),
    ]


def test_a_collation_hides_nothing(app: sqlite3.Connection, opened: Opened) -> None:
    found = changes(
        app,
        opened,
        "CREATE TABLE word (id INTEGER PRIMARY KEY, a TEXT COLLATE NOCASE); INSERT INTO word (a) VALUES ('a')",
        "UPDATE word SET a = 'A'",
    )
    assert found == (Change("updated", "word", "id=1", {"id": "1", "a": "'a'"}, {"id": "1", "a": "'A'"}),)


def test_rows_are_named_by_primary_key_or_row_number(app: sqlite3.Connection, opened: Opened) -> None:
    found = changes(
        app,
        opened,
        "CREATE TABLE pair (b, a, PRIMARY KEY (a, b)) WITHOUT ROWID; CREATE TABLE loose (rowid, a);"
        "CREATE TABLE hidden (rowid, oid, _rowid_)",
        "INSERT INTO pair VALUES ('it''s', 1); INSERT INTO loose VALUES ('x', 1); INSERT INTO hidden VALUES (1, 2, 3)",
    )
    assert [each.item for each in found] == ["rowid=1, oid=2, _rowid_=3", "_rowid_=1", "a=1, b='it''s'"]


def test_rows_whose_key_is_partly_null_are_all_shown(app: sqlite3.Connection, opened: Opened) -> None:
    found = changes(
        app,
        opened,
        "CREATE TABLE t (a TEXT, b TEXT, v, PRIMARY KEY (a, b)); INSERT INTO t VALUES ('x', NULL, 1), ('x', NULL, 2)",
        "UPDATE t SET v = v + 10; INSERT INTO t VALUES ('x', NULL, 3)",
    )
    assert [(each.kind, each.item) for each in found] == [
        ("updated", "a='x', b=NULL"),
        ("updated", "a='x', b=NULL"),
        ("inserted", "a='x', b=NULL"),
    ]


def test_a_new_column_shows_in_the_schema_and_in_each_row(app: sqlite3.Connection, opened: Opened) -> None:
    found = changes(
        app,
        opened,
        "CREATE TABLE t (a); INSERT INTO t VALUES (1)",
        "ALTER TABLE t ADD COLUMN b",
    )
    assert found == (
        Change("updated", "schema", "table t", {"sql": "CREATE TABLE t (a)"}, {"sql": "CREATE TABLE t (a, b)"}),
        Change("updated", "t", "rowid=1", {"a": "1"}, {"a": "1", "b": None}),
    )


def test_a_column_that_is_gone_is_shown_with_what_it_held(app: sqlite3.Connection, opened: Opened) -> None:
    found = changes(app, opened, "CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 2)", "ALTER TABLE t DROP COLUMN b")
    assert found[1:] == (Change("updated", "t", "rowid=1", {"a": "1", "b": "2"}, {"a": "1"}),)


def test_a_virtual_table_shows_its_own_rows(app: sqlite3.Connection, opened: Opened) -> None:
    found = changes(
        app,
        opened,
        "CREATE VIRTUAL TABLE docs USING fts5 (body)",
        "INSERT INTO docs VALUES ('quick')",
    )
    assert found == (Change("inserted", "docs", "rowid=1", None, {"body": "'quick'"}),)


def test_a_virtual_table_of_a_module_that_is_not_here_is_left_out(app: sqlite3.Connection, opened: Opened) -> None:
    found = changes(
        app,
        opened,
        "CREATE TABLE map_node (a); PRAGMA writable_schema = ON;"
        "INSERT INTO sqlite_schema VALUES ('table', 'map', 'map', 0, 'CREATE VIRTUAL TABLE map USING nowhere (a)');"
        "PRAGMA writable_schema = RESET",
        "INSERT INTO map_node VALUES (1)",
    )
    assert [each.group for each in found] == ["map_node"]


def test_a_thousand_rows_of_a_table_are_shown_and_the_others_counted(app: sqlite3.Connection, opened: Opened) -> None:
    app.execute("CREATE TABLE many (id INTEGER PRIMARY KEY)")
    store = opened()
    baseline = store.capture()
    app.executemany("INSERT INTO many VALUES (?)", [(number,) for number in range(1, 1502)])
    app.execute("DELETE FROM note")
    found = store.diff(baseline)
    assert (found.omitted, len(found.changes)) == (501, 1001)
    assert [each.item for each in found.changes if each.group == "many"][-1] == "id=1000"


def test_a_diff_reads_one_snapshot_and_takes_no_lock(app: sqlite3.Connection, opened: Opened) -> None:
    store = opened()
    baseline = store.capture()
    app.execute("DELETE FROM note")
    app.execute("PRAGMA query_only = ON")
    assert len(store.diff(baseline).changes) == 1
    app.execute("PRAGMA query_only = OFF")
    app.execute("INSERT INTO note VALUES (5, 'free to write')")
    assert not store.rewind(baseline).is_clean
