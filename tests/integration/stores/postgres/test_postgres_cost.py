"""Cost follows what was touched: in round trips and rows read, not in seconds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg
import pytest

from statusquo.stores.postgres.store import PostgresStore
from tests.integration.stores.postgres.place import Place

pytestmark = pytest.mark.integration

Opened = Callable[..., PostgresStore]

READS = "SELECT relname::text, seq_scan, seq_tup_read FROM pg_stat_user_tables WHERE schemaname = 'public' ORDER BY 1"


def test_a_rewind_is_one_round_trip(
    place: Place, app: psycopg.Connection, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.execute("CREATE TABLE note (id serial PRIMARY KEY)")
    store, sent = opened(), []
    baseline = store.capture()
    execute = psycopg.Connection.execute

    def count(connection: psycopg.Connection, query: str, parameters: Sequence[object], *, prepare: bool) -> object:
        sent.append(query)
        return execute(connection, query, parameters, prepare=prepare)

    app.execute("INSERT INTO note DEFAULT VALUES")
    monkeypatch.setattr(psycopg.Connection, "execute", count)
    store.rewind(baseline)
    store.rewind(baseline)
    monkeypatch.undo()
    assert len(sent) == 2


def test_no_table_is_read_from_end_to_end(place: Place, app: psycopg.Connection, opened: Opened) -> None:
    app.execute("""
        CREATE TABLE big (id serial PRIMARY KEY, text text); CREATE TABLE untouched (id serial PRIMARY KEY);
        INSERT INTO big (text) SELECT g FROM generate_series(1, 5000) g; ANALYZE""")
    store = opened()
    baseline = store.capture()

    def reads() -> list[tuple[str, int, int]]:
        # A server process reports what it read when it ends.
        store.close()
        return place.connect(place.admin).execute(READS).fetchall()

    store.rewind(baseline)
    app.execute(
        "UPDATE big SET text = 'x' WHERE id = 4999; DELETE FROM big WHERE id = 1; INSERT INTO big DEFAULT VALUES"
    )
    before = place.connect(place.admin).execute(READS).fetchall()
    assert store.rewind(baseline).items == 4
    assert reads() == before


def test_a_rewind_does_not_look_at_what_outer_baselines_keep(
    place: Place, app: psycopg.Connection, opened: Opened, tmp_path: Path
) -> None:
    app.execute("CREATE TABLE note (id serial PRIMARY KEY)")
    store = opened()
    store.capture()
    app.execute("INSERT INTO note SELECT g FROM generate_series(1, 2000) g")
    store.save(store.capture(), tmp_path)
    store.close()
    query = "SELECT coalesce(seq_scan, 0) + coalesce(idx_scan, 0) FROM pg_stat_user_tables WHERE relname = 'kept'"
    before = place.connect(place.admin).execute(query).fetchone()
    app.execute("INSERT INTO note VALUES (5000)")
    other = opened()
    assert other.rewind(other.resume(tmp_path)).items == 1
    other.close()
    assert place.connect(place.admin).execute(query).fetchone() == before
