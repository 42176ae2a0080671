"""Baselines nest, and outlive the process that captured them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from statusquo.core.errors import StaleBaseline
from statusquo.core.protocols import Portable, Store
from statusquo.stores.postgres.store import PostgresStore
from tests.integration.stores.postgres.place import Place

pytestmark = pytest.mark.integration

Opened = Callable[..., PostgresStore]


@pytest.fixture
def note(app: psycopg.Connection) -> psycopg.Connection:
    app.execute("CREATE TABLE note (id serial PRIMARY KEY, text text); INSERT INTO note (text) VALUES ('first')")
    return app


def _texts(app: psycopg.Connection) -> list[str]:
    return [text for (text,) in app.execute("SELECT text FROM note ORDER BY id")]


def test_the_store_is_a_portable_store(note: psycopg.Connection, opened: Opened) -> None:
    store: Store = opened()
    assert isinstance(store, Portable)


def test_rewinding_to_an_outer_baseline_undoes_the_inner_ones(
    place: Place, note: psycopg.Connection, opened: Opened
) -> None:
    store, states, baselines = opened(), [], []
    for word in ("a", "b", "c", "d"):
        states.append(place.digest())
        baselines.append(store.capture())
        note.execute("UPDATE note SET text = text || %s", [word])
        note.execute("INSERT INTO note (text) VALUES (%s)", [word])
    assert [baseline.depth for baseline in baselines] == [0, 1, 2, 3]
    for baseline, state in reversed(list(zip(baselines, states, strict=True))):
        store.rewind(baseline)
        assert state == place.digest()
        assert store.diff(baseline).is_empty


def test_rewinding_straight_to_the_outermost_one(place: Place, note: psycopg.Connection, opened: Opened) -> None:
    store, before = opened(), place.digest()
    outer = store.capture()
    for word in ("a", "b"):
        note.execute(
            "INSERT INTO note (text) VALUES (%s); SELECT setval('note_id_seq', 100)".replace("%s", f"'{word}'")
        )
        store.capture()
    assert store.rewind(outer).items == 3
    assert before == place.digest()


def test_diff_of_an_outer_baseline_spans_the_inner_ones(note: psycopg.Connection, opened: Opened) -> None:
    store = opened()
    outer = store.capture()
    note.execute("UPDATE note SET text = 'second'")
    inner = store.capture()
    note.execute("UPDATE note SET text = 'third'")
    (change,) = store.diff(outer).changes
    assert (change.before, change.after) == ({"id": "1", "text": "first"}, {"id": "1", "text": "third"})
    (change,) = store.diff(inner).changes
    assert change.before == {"id": "1", "text": "second"}


def test_a_dropped_baseline_is_stale(note: psycopg.Connection, opened: Opened) -> None:
    store = opened()
    outer = store.capture()
    inner = store.capture()
    store.rewind(outer)
    note.execute("INSERT INTO note (text) VALUES ('kept')")
    for use in (store.rewind, store.diff):
        with pytest.raises(StaleBaseline, match='Store "db" does not have this baseline any more'):
            use(inner)
    again = store.capture()
    assert (again.depth, again.token != inner.token) == (1, True)
    assert _texts(note) == ["first", "kept"]


def test_a_capture_moves_nothing_and_needs_nothing_written(
    place: Place, note: psycopg.Connection, opened: Opened
) -> None:
    store, before = opened(), place.digest()
    baselines = [store.capture() for _ in range(3)]
    assert all(store.rewind(baseline).is_clean for baseline in reversed(baselines))
    assert before == place.digest()


def test_another_process_rewinds_to_a_saved_baseline(
    place: Place, note: psycopg.Connection, opened: Opened, tmp_path: Path
) -> None:
    store, before = opened(), place.digest()
    baseline = store.capture()
    store.save(baseline, tmp_path)
    note.execute("DELETE FROM note")
    store.capture()
    note.execute("INSERT INTO note (text) VALUES ('x')")
    store.close()
    other = opened()
    resumed = other.resume(tmp_path)
    assert (resumed.depth, other.diff(resumed).changes[0].kind) == (0, "deleted")
    other.rewind(resumed)
    assert before == place.digest()
    assert other.capture().depth == 1


def test_a_baseline_taken_up_from_the_middle_is_the_outermost_one(
    place: Place, note: psycopg.Connection, opened: Opened, tmp_path: Path
) -> None:
    store = opened()
    store.capture()
    note.execute("DELETE FROM note")
    before = place.digest()
    store.save(store.capture(), tmp_path)
    other = opened()
    resumed = other.resume(tmp_path)
    note.execute("INSERT INTO note (text) VALUES ('x')")
    inner = other.capture()
    assert (resumed.depth, inner.depth) == (0, 1)
    other.rewind(resumed)
    assert before == place.digest()


def test_a_process_that_resumes_nothing_starts_anew(note: psycopg.Connection, opened: Opened, tmp_path: Path) -> None:
    store = opened()
    old = store.capture()
    store.save(old, tmp_path)
    note.execute("INSERT INTO note (text) VALUES ('second')")
    other = opened()
    assert other.capture().depth == 0
    note.execute("INSERT INTO note (text) VALUES ('third')")
    with pytest.raises(StaleBaseline):
        store.rewind(old)
    with pytest.raises(StaleBaseline):
        other.resume(tmp_path)
    assert _texts(note) == ["first", "second", "third"]


def test_tables_made_before_a_capture_are_journaled(place: Place, note: psycopg.Connection, opened: Opened) -> None:
    store = opened()
    store.capture()
    note.execute(
        "CREATE TABLE later (id serial PRIMARY KEY); ALTER TABLE note ADD more text; DROP SEQUENCE IF EXISTS x"
    )
    note.execute("INSERT INTO note (text, more) VALUES ('second', 'more')")
    before, inner = place.digest(), store.capture()
    note.execute("INSERT INTO later DEFAULT VALUES; UPDATE note SET more = 'less'")
    assert [part.name for part in store.rewind(inner).touched] == ["public.later", "public.note", "sequences"]
    assert before == place.digest()


def test_a_store_that_lost_its_connection_makes_a_new_one(
    place: Place, note: psycopg.Connection, opened: Opened
) -> None:
    store, before = opened(), place.digest()
    baseline = store.capture()
    note.execute("DELETE FROM note")
    place.connect(place.admin).execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'statusquo'"
    )
    assert not store.rewind(baseline).is_clean
    assert before == place.digest()


def test_a_partition_that_was_detached_is_journaled_as_a_table(
    place: Place, app: psycopg.Connection, opened: Opened
) -> None:
    app.execute("CREATE TABLE part (id int) PARTITION BY LIST (id)")
    app.execute("CREATE TABLE one PARTITION OF part FOR VALUES IN (1)")
    store = opened()
    store.capture()
    app.execute("INSERT INTO part VALUES (1); ALTER TABLE part DETACH PARTITION one")
    before, baseline = place.digest(), store.capture()
    app.execute("UPDATE one SET id = 2")
    store.rewind(baseline)
    assert place.digest() == before
