"""What ``statusquo explain`` says of a database."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from statusquo.stores.postgres import explain
from statusquo.stores.postgres.store import PostgresStore
from tests.integration.stores.postgres.place import Place

pytestmark = pytest.mark.integration

SCHEMA = """
CREATE TABLE note (id serial PRIMARY KEY, text text);
CREATE TABLE bag (a int);
CREATE TABLE part (id int, area text, PRIMARY KEY (id, area)) PARTITION BY LIST (area);
CREATE TABLE part_n PARTITION OF part FOR VALUES IN ('n');
CREATE TABLE base (id int); CREATE TABLE special () INHERITS (base);
CREATE SEQUENCE dealt CACHE 20;
CREATE MATERIALIZED VIEW total AS SELECT count(*) FROM note;
ALTER TABLE note ADD CONSTRAINT short CHECK (length(text) < 9) NOT VALID;
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER stubborn AFTER INSERT ON note EXECUTE FUNCTION nothing();
ALTER TABLE note ENABLE ALWAYS TRIGGER stubborn;
CREATE TRIGGER usual AFTER INSERT ON bag EXECUTE FUNCTION nothing();
SELECT lo_from_bytea(0, 'x');
"""


def test_each_thing_is_listed_with_its_fate(place: Place, app: psycopg.Connection) -> None:
    app.execute(SCHEMA.encode())
    facts = {(fact.what, fact.where): fact for fact in explain.read("db", place.admin)}
    fates = {key: fact.fate for key, fact in facts.items()}
    by_row = "a statement's transition tables do not tell all of a tree"
    assert facts["plain table", "public.note"].how == "journaled by statement; found by id"
    assert facts["plain table", "public.bag"].how == (
        "journaled by statement; without a key: found by reading what was written since"
    )
    assert facts["partitioned table", "public.part"].how == (
        f"journaled by row, with all partitions: {by_row}; found by id, area"
    )
    assert facts["inherited table", "public.base"].how.startswith(f"journaled by row: {by_row}")
    assert ("plain table", "public.part_n") not in facts
    assert facts["sequence", "public.note_id_seq"].how == "value and is_called"
    assert "caches of 20 are flushed" in facts["sequence", "public.dealt"].how
    assert fates["materialized view", "public.total"] == "reported"
    assert fates["constraint", "public.note: short"] == "reported"
    assert fates["trigger", "public.note: stubborn"] == "reported"
    assert ("trigger", "public.bag: usual") not in facts
    assert fates["large objects", "1 in the database"] == "reported"
    assert fates["rights", "statusquo"] == "given"
    assert fates["order of rows", ""] == "left out"


def test_an_empty_database_has_what_all_have(place: Place) -> None:
    facts = explain.read("db", place.admin)
    assert {fact.what for fact in facts if fact.fate == "given"} == {"server", "rights"}
    assert next(fact.how for fact in facts if fact.what == "large objects") == "new ones are removed"


def test_the_journal_itself_is_not_listed(
    place: Place, app: psycopg.Connection, opened: Callable[..., PostgresStore]
) -> None:

    app.execute("CREATE TABLE note (id int PRIMARY KEY)")
    before = {(fact.what, fact.where) for fact in explain.read("db", place.admin)}
    opened()
    after = {(fact.what, fact.where) for fact in explain.read("db", place.admin)}
    assert after - before == {("noticing of DDL", "statusquo_ddl"), ("noticing of DDL", "statusquo_drop")}
