"""The witness of ``--verify`` tells a database from any other, and from itself in another order it does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import psycopg
import pytest

from statusquo.stores.postgres.verify import PostgresWitness
from tests.integration.stores.postgres.place import Place

pytestmark = pytest.mark.integration


@pytest.fixture
def witness(place: Place) -> Iterator[PostgresWitness]:
    witness = PostgresWitness("db", place.admin)
    yield witness
    witness.close()


def _changed(before: Mapping[str, str], after: Mapping[str, str]) -> set[str]:
    return {name for name in {*before, *after} if before.get(name) != after.get(name)}


SCHEMA = """
CREATE TABLE note (id serial PRIMARY KEY, "t" numeric);
INSERT INTO note ("t") VALUES (1.0), (2), (2);
CREATE TABLE part (id int, area text) PARTITION BY LIST (area);
CREATE TABLE part_n PARTITION OF part FOR VALUES IN ('n');
CREATE TABLE part_s PARTITION OF part FOR VALUES IN ('s');
INSERT INTO part VALUES (1, 'n');
CREATE TABLE base (id int); CREATE TABLE special () INHERITS (base);
INSERT INTO base VALUES (1);
CREATE MATERIALIZED VIEW total AS SELECT count(*) FROM note;
CREATE MATERIALIZED VIEW empty AS SELECT 1 AS one WITH NO DATA;
CREATE TABLE nothing ();
"""


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("SELECT count(*) FROM note", set()),
        ("UPDATE note SET id = id", set()),
        ("DELETE FROM note WHERE id = 2; INSERT INTO note VALUES (2, 2)", set()),
        ("UPDATE note SET t = 1.00 WHERE id = 1", {"public.note"}),
        ("DELETE FROM note WHERE id = 3", {"public.note"}),
        ("UPDATE part SET area = 's'", {"public.part_n", "public.part_s"}),
        ("WITH gone AS (DELETE FROM base RETURNING id) INSERT INTO special SELECT id FROM gone",
         {"public.base", "public.special"}),
        ("INSERT INTO nothing DEFAULT VALUES", {"public.nothing"}),
        ("SELECT nextval('note_id_seq')", {"public.note_id_seq"}),
        ("SELECT setval('note_id_seq', 3, false)", {"public.note_id_seq"}),
        ("INSERT INTO note (id) VALUES (9); REFRESH MATERIALIZED VIEW total", {"public.note", "public.total"}),
        ("CREATE TABLE later (id int)", {"public.later"}),
        ("SELECT lo_from_bytea(0, 'x')", {"large objects"}),
    ],
)  # fmt: skip
def test_what_a_statement_changes(
    statement: str, names: set[str], app: psycopg.Connection, witness: PostgresWitness
) -> None:
    app.execute(SCHEMA.encode())
    before = witness.digest()
    app.execute(statement.encode())
    assert names == _changed(before, witness.digest())


def test_it_is_in_nobodys_way_between_digests(place: Place, witness: PostgresWitness) -> None:
    before = witness.digest()
    count = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    assert place.connect(place.admin).execute(count).fetchone() == (1,)
    assert before == witness.digest()


def test_it_says_how_many_rows_there_are(app: psycopg.Connection, witness: PostgresWitness) -> None:
    app.execute(SCHEMA.encode())
    told = witness.digest()
    assert told["public.note"].startswith("3 rows, sum ")
    assert told["public.note_id_seq"] == "last_value 3, called"
    assert told["large objects"] == "0 objects, sum 0"
