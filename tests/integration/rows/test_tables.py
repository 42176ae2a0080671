"""A database of which nobody says what its models are: its own tables do, and its rows go out and come back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from statusquo.assets import changes, dump, files, introspected, sidecar
from statusquo.assets.dataset import Dataset
from statusquo.assets.dump import Plan, Wish
from statusquo.assets.introspected import KEYLESS
from statusquo.assets.loading import load as loader
from statusquo.assets.loading.plan import Mode, Terms
from statusquo.assets.schema import Field, Model
from statusquo.core import libpq
from statusquo.core.definitions import DescribedRows
from statusquo.core.endpoint import Address, Endpoint
from statusquo.core.errors import DatasetError, StoreError
from statusquo.core.writing import Writer
from statusquo.rows import postgres, postgres_writer, sqlite, sqlite_writer

pytestmark = pytest.mark.integration

SHOP = """
CREATE TABLE customer (id {key}, name varchar(20) NOT NULL UNIQUE, best integer,
  since timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP, upper text GENERATED ALWAYS AS (upper(name)) STORED);
CREATE TABLE item (code char(3) PRIMARY KEY, price numeric(6, 2) NOT NULL DEFAULT 1, data json, sold boolean,
  weight double precision, picture {bytes});
CREATE TABLE "Order-Line" (customer integer REFERENCES customer, number smallint, item char(3) REFERENCES item (code),
  PRIMARY KEY (customer, number));
CREATE TABLE return (id {key}, customer integer NOT NULL, number smallint NOT NULL,
  FOREIGN KEY (customer, number) REFERENCES "Order-Line" (customer, number));
CREATE TABLE note (text text);
CREATE TABLE tag (word text NOT NULL UNIQUE, weight real);
CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
CREATE VIEW names AS SELECT name FROM customer;
"""
ROWS = """
INSERT INTO customer (id, name, best) VALUES (1, 'Ann', 2), (2, 'Bob', 1);
INSERT INTO item VALUES ('abc', 1.50, '{"b": [1, null]}', true, 0.1, NULL), ('xyz', 2, NULL, NULL, NULL, NULL);
INSERT INTO "Order-Line" VALUES (1, 1, 'abc'), (1, 2, 'xyz');
INSERT INTO return (id, customer, number) VALUES (7, 1, 2);
INSERT INTO note VALUES ('same'), ('same');
INSERT INTO tag (word) VALUES ('new');
INSERT INTO alembic_version VALUES ('1975ea83b712');
"""
PRICE = Field("price", "decimal", optional=True, places=2)
TABLES = ("return", '"Order-Line"', "item", "tag", "customer")


@dataclass(frozen=True)
class Database:
    """A database with these tables, and what tests do with it."""

    where: Address | Path

    def reading(self) -> AbstractContextManager[DescribedRows]:
        return sqlite.reading(self.where) if isinstance(self.where, Path) else postgres.reading(self.where)

    def writing(self) -> AbstractContextManager[Writer]:
        if isinstance(self.where, Path):
            return sqlite_writer.writing(self.where)
        return postgres_writer.writing(self.where)

    def run(self, statements: str) -> None:
        if isinstance(self.where, Path):
            with closing(sqlite3.connect(self.where)) as lite:
                lite.executescript(statements)
        else:
            with psycopg.connect(libpq.conninfo(self.where)) as connection:
                connection.execute(statements.encode())

    def models(self) -> dict[str, Model]:
        with self.reading() as rows:
            return dict(introspected.schema_of(rows).models)

    def dump(self, path: Path) -> Plan:
        with self.reading() as rows:
            plan = dump.plan(rows, introspected.lock(rows.definitions()), Wish(path))
        changes.apply(plan.changes)
        return plan

    def load(self, path: Path, mode: Mode = "insert") -> None:
        with self.reading() as rows:
            known = introspected.schema_of(rows)
        with self.writing() as writer:
            loader.load(Dataset(files.read(path).dataset.records, known), writer, Terms(mode))


@pytest.fixture(scope="module")
def other(postgres_server: Endpoint) -> Iterator[Database]:
    """A database of its own: what is in it is all that is found."""
    server, admin = postgres_server.host, postgres_server.admin
    assert server is not None
    assert admin is not None
    with psycopg.connect(libpq.conninfo(admin), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE tables OWNER {}").format(sql.Identifier(server.user)))
        yield Database(replace(server, name="tables"))
        connection.execute("DROP DATABASE tables WITH (FORCE)")


@pytest.fixture
def empty(other: Database) -> Database:
    other.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA IF EXISTS audit CASCADE")
    return other


@pytest.fixture(params=["postgres", "sqlite"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    if request.param == "sqlite":
        found = Database(tmp_path / "db.sqlite3")
        found.run(SHOP.format(key="integer PRIMARY KEY", bytes="blob"))
    else:
        found = request.getfixturevalue("empty")
        found.run(SHOP.format(key="integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY", bytes="bytea"))
    found.run(ROWS)
    return found


def test_tables_are_models(database: Database) -> None:
    models = database.models()
    assert list(models) == [
        "public.alembic_version",
        "public.customer",
        "public.item",
        "public.order_line",
        "public.return",
        "public.tag",
    ]
    customer = models["public.customer"]
    assert (customer.pk, customer.unique) == (("id",), (("name",),))
    since, upper = customer.fields[3:]
    assert (since.auto, since.optional, upper.generated) == ("now_add", True, True)
    line = models["public.order_line"]
    assert (line.table, line.pk) == ("Order-Line", ("customer", "number"))
    assert [each.to for each in line.fields] == ["public.customer", "", "public.item"]
    assert (models["public.tag"].pk, models["public.item"].field("price")) == (("word",), PRICE)


def test_rows_go_out_and_come_back(database: Database, tmp_path: Path) -> None:
    data, lock = tmp_path / "data.json", tmp_path / "data.lock.json"
    plan = database.dump(data)
    assert plan.excluded == {
        "public.alembic_version": "it is the record of the database's own migrations",
        "public.note": KEYLESS,
    }
    assert {each.model: each.pk for each in plan.dataset.records} == {
        "public.customer": 2,
        "public.item": "xyz",
        "public.order_line": [1, 2],
        "public.return": 7,
        "public.tag": "new",
    }
    text = data.read_text()
    assert ('"price": "1.50"' in text, '"sold": true' in text, "upper" in text) == (True, True, False)
    assert files.read(data).lock == sidecar.read(lock.read_text(), str(lock))
    database.run("".join(f"DELETE FROM {name};" for name in TABLES))
    database.load(data)
    assert database.dump(data).changes == ()
    database.load(data, "replace")
    assert database.dump(data).changes == ()


def test_data_that_do_not_fit_the_tables_are_told_by_line(database: Database, tmp_path: Path) -> None:
    data = tmp_path / "data.jsonl"
    data.write_text(
        '{"model": "public.order_line", "pk": [1, 3], "fields": {"item": [1]}}\n'
        '{"model": "public.customer", "pk": 3, "fields": {"name": ["Eve"], "since": "2026-01-01T00:00:00"}}\n'
        '{"model": "public.note", "pk": 1, "fields": {"text": "new"}}\n'
    )
    with pytest.raises(DatasetError) as raised:
        database.load(data)
    assert "data.jsonl:3" in str(raised.value)
    data.write_text("".join(data.read_text().splitlines(keepends=True)[:2]))
    with pytest.raises(DatasetError) as raised:
        database.load(data)
    assert ("data.jsonl:1" in str(raised.value), "data.jsonl:2" in str(raised.value)) == (True, True)


def test_what_a_framework_has_recorded_its_models_in_is_asked_for_them() -> None:
    assert introspected.is_wanted(None, {"public.customer"})
    assert not introspected.is_wanted(None, {"django_migrations"})


def test_tables_that_would_share_a_label_are_refused(empty: Database) -> None:
    empty.run('CREATE TABLE "User" (id int PRIMARY KEY); CREATE TABLE "user" (id int PRIMARY KEY)')
    with pytest.raises(DatasetError, match=r'"User" and "user" would both be called public\.user'):
        empty.models()


ODD = """
CREATE SCHEMA audit;
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE DOMAIN short AS varchar(3) NOT NULL;
CREATE TYPE pair AS (x int, y text);
CREATE TABLE audit.entry (id bigint PRIMARY KEY, about bigint REFERENCES audit.entry);
CREATE TABLE odd (id bigserial PRIMARY KEY, mood mood, short short, pair pair, span interval, range int4range,
  net inet, moods mood[], numbers int[], moments timestamptz[], pairs pair[], moment timestamptz, local timestamp,
  late timetz, free numeric, bits bit(3), search tsvector, json json, uuid uuid, entry bigint REFERENCES audit.entry,
  char char(4), dates daterange, many int4multirange, bytes bytea[], spans interval[], mac macaddr, point point,
  docs jsonb[], xml xml, day date, hour time, year smallint, half real);
CREATE TABLE part (id int, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
INSERT INTO audit.entry VALUES (1, 2), (2, 1);
INSERT INTO odd VALUES (9, 'glad', 'abc', '(1,"a, b")', '1 mon -2 days 00:00:01.5', '[1,5)', '10.0.0.1/8',
  '{sad,NULL}', '{1,NULL}', '{2026-01-01 00:00+00}', '{"(1,b)"}', '2026-01-01 12:00:00.000001+02',
  '2026-01-01 12:00:00', '12:00:00+02', 1.500, '101', 'a:1 b:2', '{"a": 2}',
  'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 1, 'ab', '[2026-01-01,)', '{[1,3),[5,7)}', '{"\\\\x00ff"}', '{"1 mon"}',
  '08:00:2b:01:02:03', '(1,2)', ARRAY['{"a": [1]}']::jsonb[], NULL, '2026-01-01', '23:59:59.5', -7, 0.1);
INSERT INTO odd (id, short) VALUES (10, 'x');
INSERT INTO part VALUES (1, '2026-05-05');
"""


def test_types_that_only_postgresql_has_come_back_as_they_were(empty: Database, tmp_path: Path) -> None:
    empty.run(ODD)
    data = tmp_path / "data.json"
    plan = empty.dump(data)
    assert plan.dataset.counts == {"audit.entry": 2, "public.odd": 2, "public.part": 1}
    row = plan.dataset.by_model()["public.odd"][1].fields
    assert row["mood"] is None
    full = plan.dataset.by_model()["public.odd"][0].fields
    assert (full["span"], full["moods"], full["numbers"]) == ("1 mon -2 days +00:00:01.5", "{sad,NULL}", [1, None])
    assert (full["local"], full["free"], full["range"]) == ("2026-01-01T12:00:00", "1.500", "[1,5)")
    before = _texts(empty)
    empty.run("TRUNCATE odd, audit.entry, part")
    empty.load(data)
    assert _texts(empty) == before
    assert empty.dump(data).changes == ()
    empty.run("INSERT INTO odd (short) VALUES ('y')")
    with empty.reading() as rows:
        assert [each.name for each in rows.definitions()] == ["entry", "odd", "part"]


def _texts(database: Database) -> list[tuple[str, ...]]:
    assert isinstance(database.where, Address)
    with psycopg.connect(libpq.conninfo(database.where)) as connection:
        return connection.execute("SELECT odd::text FROM odd ORDER BY id").fetchall()


def test_references_in_a_circle_that_are_checked_at_once_load(empty: Database, tmp_path: Path) -> None:
    empty.run(
        "CREATE TABLE a (id int PRIMARY KEY, b int); CREATE TABLE b (id int PRIMARY KEY, a int NOT NULL REFERENCES a);"
        "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;"
        "INSERT INTO a VALUES (1); INSERT INTO b VALUES (1, 1); UPDATE a SET b = 1"
    )
    data = tmp_path / "data.json"
    empty.dump(data)
    empty.run("TRUNCATE a, b")
    empty.load(data)
    assert empty.dump(data).changes == ()


def test_bytes_that_sqlite_does_not_tell_from_text_are_refused(tmp_path: Path) -> None:
    database = Database(tmp_path / "db.sqlite3")
    database.run("CREATE TABLE a (id integer PRIMARY KEY, held); INSERT INTO a VALUES (1, x'00')")
    with pytest.raises(StoreError, match='Column "held" has bytes'):
        database.dump(tmp_path / "data.json")


def test_sqlite_takes_moments_as_they_are_written(tmp_path: Path) -> None:
    database = Database(tmp_path / "db.sqlite3")
    database.run(
        "CREATE TABLE a (id integer PRIMARY KEY, at datetime, free numeric, any);"
        "INSERT INTO a VALUES (1, '2026-01-01 00:00:00.000000', 1.5, 'x'), (2, 1767225600, 2, 1.5);"
        "CREATE VIRTUAL TABLE found USING fts5(words); INSERT INTO found VALUES ('x')"
    )
    data = tmp_path / "data.json"
    first, second = database.dump(data).dataset.records
    assert (first.fields["at"], second.fields["at"]) == ("2026-01-01 00:00:00.000000", 1767225600)
    database.run("DELETE FROM a")
    database.load(data)
    assert database.dump(data).changes == ()
