"""A database that is a copy of a template, what is done to it, and how to look at all of it."""

from __future__ import annotations

import dataclasses
import os
import signal
import time
from contextlib import ExitStack, suppress

import psycopg
from psycopg import sql

from statusquo.stores.postgres import clone, copies, mark
from statusquo.stores.postgres.store import open_store
from statusquo.stores.postgres.swap import Template
from tests.integration.stores.postgres.place import NONCE, Place
from tests.integration.stores.postgres.witness import SESSIONS, Schedule

RECIPE = """
CREATE TYPE mood AS ENUM ('glad', 'sad');
CREATE TABLE note (id serial PRIMARY KEY, text text, m mood DEFAULT 'glad'); INSERT INTO note (text) VALUES ('first');
CREATE TABLE spare (id int GENERATED ALWAYS AS IDENTITY, what text); INSERT INTO spare (what) VALUES ('x'), ('x');
CREATE TABLE bag (what text); INSERT INTO bag VALUES ('a'), ('a'), ('b'), (NULL);
CREATE TABLE part (id int, area text) PARTITION BY LIST (area);
CREATE TABLE part_n PARTITION OF part FOR VALUES IN ('n');
CREATE SEQUENCE ticket;
CREATE FUNCTION answer() RETURNS int LANGUAGE sql AS 'SELECT 42';
CREATE MATERIALIZED VIEW seen AS SELECT count(*) FROM note;
"""
START = """
INSERT INTO note (text, m) VALUES ('second', 'sad'); UPDATE note SET text = 'changed' WHERE id = 1;
DELETE FROM bag WHERE what = 'a'; INSERT INTO part VALUES (1, 'n');
SELECT nextval('ticket'), nextval('ticket');
"""
"""What the application does when it starts, between the template and the first baseline."""

DDL = {
    "a new table": "CREATE TABLE new (id serial); INSERT INTO new DEFAULT VALUES",
    "a new column": "ALTER TABLE note ADD more text DEFAULT 'm'; UPDATE note SET more = 'n'",
    "a dropped table": "DROP TABLE spare",
    "a dropped partition": "DROP TABLE part_n",
    "a detached partition": "ALTER TABLE part DETACH PARTITION part_n; INSERT INTO part_n VALUES (7, 'n')",
    "an attached partition": "CREATE TABLE part_s (area text, id int); INSERT INTO part_s VALUES ('s', 8); "
    "ALTER TABLE part ATTACH PARTITION part_s FOR VALUES IN ('s'); UPDATE part SET area = 's'",
    "a dropped sequence": "DROP SEQUENCE ticket",
    "an extension": "CREATE EXTENSION hstore",
    "a function": "CREATE OR REPLACE FUNCTION answer() RETURNS int LANGUAGE sql AS 'SELECT 43'",
    "a refreshed view": "INSERT INTO note DEFAULT VALUES; REFRESH MATERIALIZED VIEW seen",
    "a type": "ALTER TYPE mood ADD VALUE 'odd'",
    "triggers switched off for a while": "ALTER TABLE note DISABLE TRIGGER USER; DELETE FROM note; "
    "ALTER TABLE note ENABLE TRIGGER USER",
    "a sequence that counts otherwise": "ALTER SEQUENCE ticket INCREMENT 7; SELECT nextval('ticket')",
}

CATALOG = """
WITH own AS (
    SELECT oid FROM pg_class
    WHERE oid >= 16384 AND relnamespace NOT IN ('statusquo'::regnamespace, 'pg_toast'::regnamespace)
)
SELECT attrelid::regclass::text, attname::text, format_type(atttypid, atttypmod) FROM pg_attribute
WHERE attrelid IN (TABLE own) AND attnum > 0 AND NOT attisdropped
UNION ALL SELECT oid::regprocedure::text, prosrc, '' FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT enumtypid::regtype::text, enumlabel::text, '' FROM pg_enum
UNION ALL SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid), '' FROM pg_index WHERE indrelid IN (TABLE own)
UNION ALL SELECT conname::text, conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid IN (TABLE own)
UNION ALL SELECT tgname::text, tgrelid::regclass::text, tgenabled::text FROM pg_trigger
WHERE NOT tgisinternal AND tgname !~ 'statusquo'
UNION ALL SELECT inhrelid::regclass::text, inhparent::regclass::text, '' FROM pg_inherits WHERE inhrelid IN (TABLE own)
UNION ALL SELECT 'sequences', seqrelid::regclass::text, seqincrement::text FROM pg_sequence
UNION ALL SELECT 'large object', loid::text, data::text FROM pg_largeobject
ORDER BY 1, 2, 3
"""


def make_template(place: Place) -> Template:
    """What a recipe left at the place becomes a template, and the place a copy of it."""
    template = Template(dataclasses.replace(place.admin, name="postgres"), f"{place.admin.name}_template")
    store = open_store("db", place.admin, nonce=NONCE, template=template)
    store.capture()
    store.close()
    clone.make_template(template.maintenance, place.admin.name, template.name, nonce=NONCE)
    clone.create_from_template(template.maintenance, template.name, place.admin.name)
    mark.write(place.admin, NONCE)
    return template


def drop_template(place: Place, template: Template) -> None:
    """Drop it; nothing else of ours may be left beside the place once its baselines are gone."""
    clone.drop_database(template.maintenance, template.name, nonce=NONCE)
    with psycopg.connect(place.admin.url, autocommit=True) as database:
        database.execute("DELETE FROM statusquo.baseline")
        copies.drop_stale(copies.Origin(template.maintenance, place.admin, NONCE), database)
    with psycopg.connect(template.maintenance.url) as server:
        query = "SELECT datname::text FROM pg_database WHERE datname LIKE %s"
        assert server.execute(query, [f"{place.admin.name}%"]).fetchall() == [(place.admin.name,)]


def look(place: Place) -> object:
    """Rows, sequences, materialized views and catalog, over a connection of its own."""
    with psycopg.connect(place.admin.url, autocommit=True) as witness:
        catalog = witness.execute(CATALOG).fetchall()
        views = [name for (name,) in witness.execute("SELECT matviewname::text FROM pg_matviews ORDER BY 1")]
        rows = [witness.execute(sql.SQL("TABLE {}").format(sql.Identifier(name))).fetchall() for name in views]
    return place.digest(), catalog, views, rows


def crash(place: Place) -> None:
    """Kill a server process: PostgreSQL ends all sessions and recovers, as after a crash of its own."""
    victim = place.connect()
    os.kill(victim.info.backend_pid, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            psycopg.connect(place.admin.url).close()
            victim.execute("SELECT 1")
        except psycopg.OperationalError as error:
            if victim.closed and "refused" not in str(error) and "recovery" not in str(error):
                return
        time.sleep(0.05)


def play(place: Place, schedule: Schedule) -> None:
    """The steps of several sessions, one after the other; those fail that another session is in the way of."""
    with ExitStack() as stack:
        sessions = [stack.enter_context(psycopg.connect(place.owner.url, autocommit=True)) for _ in range(SESSIONS)]
        for session in sessions:
            session.add_notice_handler(lambda notice: None)
            session.execute("SET lock_timeout = '10ms'")
        for number, statement, a, b in schedule:
            with suppress(psycopg.Error):
                sessions[number].execute(statement.format(a=a, b=b))
        for session in sessions:
            with suppress(psycopg.Error):
                session.execute("COMMIT" if session.info.transaction_status else "SELECT 1")
