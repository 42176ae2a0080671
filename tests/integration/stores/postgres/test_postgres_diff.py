"""A diff shows rows as they were and as they are, and only reads."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from statusquo.core.diff import Change
from statusquo.stores.postgres.store import PostgresStore
from tests.integration.stores.postgres.place import Place

pytestmark = pytest.mark.integration

Opened = Callable[..., PostgresStore]


@pytest.fixture
def note(app: psycopg.Connection) -> psycopg.Connection:
    app.execute("""
        CREATE TABLE note (id serial PRIMARY KEY, text text, at timestamptz);
        INSERT INTO note (text, at) VALUES ('a', '2020-01-02 03:04:05+01'), (NULL, NULL), ('', NULL);
        CREATE TABLE pair (a int, b text, n numeric, PRIMARY KEY (a, b));
        INSERT INTO pair VALUES (10, 'x', 1), (9, 'y', 2);
        CREATE TABLE bag (a int, b text); INSERT INTO bag VALUES (1, NULL), (1, NULL)""")
    return app


def test_rows_are_shown_with_what_they_were(note: psycopg.Connection, opened: Opened) -> None:
    store = opened()
    baseline = store.capture()
    note.execute("""
        UPDATE note SET text = 'b' WHERE id = 1; DELETE FROM note WHERE id = 2;
        INSERT INTO note (id, text) VALUES (7, 'n');
        UPDATE pair SET n = n + 0.50; INSERT INTO bag VALUES (1, NULL); SELECT setval('note_id_seq', 9)""")
    ten = {"a": "10", "b": "x", "n": "1"}
    first = {"id": "1", "text": "a", "at": "2020-01-02 02:04:05+00"}
    assert store.diff(baseline).changes == (
        Change("inserted", "public.bag", "a=1, b=NULL", None, {"a": "1", "b": None}),
        Change("updated", "public.note", "id=1", first, {**first, "text": "b"}),
        Change("deleted", "public.note", "id=2", {"id": "2", "text": None, "at": None}),
        Change("inserted", "public.note", "id=7", None, {"id": "7", "text": "n", "at": None}),
        Change("updated", "public.pair", "a=9, b=y", {"a": "9", "b": "y", "n": "2"}, {"a": "9", "b": "y", "n": "2.50"}),
        Change("updated", "public.pair", "a=10, b=x", ten, {**ten, "n": "1.50"}),
        Change(
            "updated", "sequences", "public.note_id_seq",
            {"last_value": "3", "is_called": "true"}, {"last_value": "9", "is_called": "true"},
        ),
    )  # fmt: skip


def test_a_diff_only_reads(place: Place, note: psycopg.Connection, opened: Opened) -> None:
    store = opened()
    baseline = store.capture()
    note.execute("DELETE FROM note; TRUNCATE pair; INSERT INTO bag VALUES (2, 'x')")
    before = place.digest()
    first = store.diff(baseline)
    assert (store.diff(baseline), place.digest()) == (first, before)
    assert store.rewind(baseline).items == len(first.changes) == 6


def test_nothing_changed_nothing_shown(note: psycopg.Connection, opened: Opened) -> None:
    store = opened()
    baseline = store.capture()
    note.execute("UPDATE note SET text = text; BEGIN; DELETE FROM bag; ROLLBACK")
    assert store.diff(baseline).is_empty


def test_what_is_too_much_to_show_is_counted(note: psycopg.Connection, opened: Opened) -> None:
    store = opened()
    baseline = store.capture()
    note.execute("""
        INSERT INTO pair SELECT g, 'z' FROM generate_series(1, 1500) g; UPDATE pair SET n = 0 WHERE b <> 'z';
        INSERT INTO bag SELECT 1 FROM generate_series(1, 1200)""")
    found = store.diff(baseline)
    assert (len(found.changes), found.omitted) == (2000, 702)


def test_a_diff_waits_for_nobody(place: Place, note: psycopg.Connection, opened: Opened) -> None:
    store = opened(settle=0.1)
    baseline = store.capture()
    writer = place.connect(autocommit=False)
    writer.execute("DELETE FROM note")
    assert store.diff(baseline).is_empty
    writer.commit()
    assert len(store.diff(baseline).changes) == 3
