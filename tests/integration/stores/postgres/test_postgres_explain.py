"""What ``statusquo explain`` says of a database."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import psycopg
import pytest

from statusquo.stores.postgres import connection, explain
from statusquo.stores.postgres.store import PostgresStore
from statusquo.stores.postgres.swap import Template
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
CREATE UNLOGGED TABLE quick (id int);
SELECT lo_from_bytea(0, 'x');
"""
REFUSED, SWAPPED = "the rewind is refused", "a copy takes the database's place, and its connections are closed"


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
    assert facts["materialized view", "public.total"].how == f"a REFRESH counts as DDL: {REFUSED}"
    assert facts["constraint", "public.note: short"].how == (
        f"not valid; where a row of the baseline does not meet it, {REFUSED}"
    )
    assert facts["trigger", "public.note: stubborn"].how == (
        "fires in replica role, too: switched off around a rewind of its table, which locks it"
    )
    assert facts["unlogged table", "public.quick"].how == (
        "restored, but a crash of the server empties it and its copies: then refused"
    )
    assert ("trigger", "public.bag: usual") not in facts
    assert facts["large objects", "1 in the database"].how == f"new and changed ones are noticed: {REFUSED}"
    for noticed in ("materialized view", "constraint", "unlogged table", "large objects"):
        assert {fate for (what, _), fate in fates.items() if what == noticed} == {"reported"}
    assert fates["order of rows", ""] == "left out"


def test_an_empty_database_has_what_all_have(place: Place) -> None:
    facts = explain.read("db", place.admin)
    assert [(fact.what, fact.where, fact.how) for fact in facts if fact.fate == "given"][:2] == [
        ("rights", "statusquo", "superuser may rewind: triggers and foreign keys are off then"),
        ("what is no row", "", "no template to copy: such changes are noticed and refused"),
    ]
    assert [(fact.what, fact.how) for fact in facts if fact.fate == "reported"] == [
        ("DDL", f"what it made, changed or dropped is noticed: {REFUSED}"),
        ("writes past the journal", f"rows do not add up then: {REFUSED}"),
        ("a crash of the server", f"the journal does not outlive it: {REFUSED}"),
    ]
    assert (
        next(fact.how for fact in facts if fact.what == "noticing of DDL") == "event triggers, once there is a journal"
    )
    assert next(fact.how for fact in facts if fact.what == "large objects") == "new ones are removed"


def test_the_journal_itself_is_not_listed(
    place: Place, app: psycopg.Connection, opened: Callable[..., PostgresStore]
) -> None:

    app.execute("CREATE TABLE note (id int PRIMARY KEY)")
    before = {(fact.what, fact.where) for fact in explain.read("db", place.admin)}
    opened()
    after = {(fact.what, fact.where) for fact in explain.read("db", place.admin)}
    assert after - before == {("noticing of DDL", "statusquo_ddl"), ("noticing of DDL", "statusquo_drop")}
    assert before - after == {("noticing of DDL", "")}


def test_with_a_template_it_says_what_a_copy_answers(place: Place, template: Template) -> None:
    facts = {(fact.what, fact.where): fact for fact in explain.read("db", place.admin, template)}
    assert ("what is no row", "") not in facts
    assert facts["template", template.name].how == (
        "copied where the journal does not suffice; layers that come with DDL or large objects get a copy of their own"
    )
    assert facts["materialized view", "public.seen"].how == f"a REFRESH counts as DDL: {SWAPPED}"
    assert facts["DDL", ""].how == f"what it made, changed or dropped is noticed: {SWAPPED}"
    assert facts["the database itself", ""].how == (
        "owner, grants, settings, comment: only a copy in its place has them again"
    )


def test_a_template_that_is_not_there_is_none(place: Place) -> None:
    nowhere = Template(dataclasses.replace(place.admin, name="postgres"), "nowhere")
    assert "what is no row" in {fact.what for fact in explain.read("db", place.admin, nowhere)}


def test_a_role_is_told_what_it_may_and_what_it_lacks(place: Place) -> None:
    def rights() -> dict[str, str]:
        return {fact.what: fact.how for fact in explain.read("db", place.owner) if fact.fate == "given"}

    with psycopg.connect(place.admin.url, autocommit=True) as admin:
        lacking = "it cannot be rewound: It cannot switch off triggers and foreign keys for its own session "
        assert rights()["rights"].startswith(lacking)
        assert rights()["noticing of DDL"] == (
            "no superuser, so no event triggers: a digest of the catalog is compared at each capture and rewind"
        )
        if admin.info.server_version >= connection.GRANTS:
            assert 'GRANT SET ON PARAMETER session_replication_role TO "tenant"' in rights()["rights"]
            admin.execute("GRANT SET ON PARAMETER session_replication_role TO tenant")
            assert rights()["rights"] == "no superuser, but it may rewind: triggers and foreign keys are off then"
            admin.execute("REVOKE SET ON PARAMETER session_replication_role FROM tenant")
