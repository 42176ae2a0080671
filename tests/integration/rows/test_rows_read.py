"""The same rows, read from PostgreSQL and from SQLite, are the same values."""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager
from pathlib import Path

import psycopg
import pytest

from statusquo.core import libpq
from statusquo.core.endpoint import Address, Endpoint
from statusquo.core.errors import StoreError
from statusquo.core.rows import Rows, Table
from statusquo.rows import postgres, sqlite
from statusquo.rows.postgres import PostgresRows
from statusquo.rows.sqlite import SqliteRows
from tests.integration.kinds import IN_POSTGRES, IN_SQLITE, KINDS

pytestmark = pytest.mark.integration

NUMBERS = ("9223372036854775807", "'é\n\"'", "{yes}", "0.1", "1.50", "'2026-01-05'")
POSTGRES_ROWS = f"""
INSERT INTO kinds VALUES ({", ".join(NUMBERS).format(yes="true")},
  '2026-01-05 11:00:00.000012+01', '2026-01-05 10:00:00+01', '10:00:00.5', '-1 day -00:00:01.5',
  'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '{{"b": [1.0, null], "a": "x"}}', '\\x00ff');
INSERT INTO kinds (id) VALUES (2);
CREATE VIEW seen AS SELECT 1 AS one;
"""
SQLITE_ROWS = f"""
INSERT INTO kinds VALUES ({", ".join(NUMBERS).format(yes="1")},
  '2026-01-05 10:00:00.000012', '2026-01-05 10:00:00', '10:00:00.500000', -86401500000,
  'a0eebc999c0b4ef8bb6d6bb9bd380a11', '{{"b": [1.0, null], "a": "x"}}', x'00ff');
INSERT INTO kinds (id) VALUES (2);
CREATE VIEW seen AS SELECT 1 AS one;
"""
VALUES = (
    9223372036854775807,
    'é\n"',
    True,
    0.1,
    "1.50",
    "2026-01-05",
    "2026-01-05T10:00:00.000012Z",
    "2026-01-05T10:00:00",
    "10:00:00.500000",
    "-P1DT00H00M01.500000S",
    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
    {"a": "x", "b": [1.0, None]},
    "AP8=",
)


class Database:
    """A database with the table in it, and how to read and change it."""

    def reading(self) -> AbstractContextManager[Rows]:
        raise NotImplementedError

    def execute(self, statements: str) -> None:
        raise NotImplementedError


class InPostgres(Database):
    def __init__(self, address: Address) -> None:
        self.address = address

    def reading(self) -> AbstractContextManager[Rows]:
        return postgres.reading(self.address)

    def execute(self, statements: str) -> None:
        with psycopg.connect(libpq.conninfo(self.address), autocommit=True) as connection:
            connection.execute(statements.encode())


class InSqlite(Database):
    def __init__(self, path: Path) -> None:
        self.path = path

    def reading(self) -> AbstractContextManager[Rows]:
        return sqlite.reading(self.path)

    def execute(self, statements: str) -> None:
        connection = sqlite3.connect(self.path)
        connection.executescript(statements)
        connection.close()


@pytest.fixture(params=["postgres", "sqlite"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    if request.param == "sqlite":
        found: Database = InSqlite(tmp_path / "db.sqlite3")
        found.execute("PRAGMA journal_mode = WAL;" + IN_SQLITE + SQLITE_ROWS)
        return found
    server: Endpoint = request.getfixturevalue("postgres_server")
    assert server.host is not None
    found = InPostgres(server.host)
    found.execute("DROP TABLE IF EXISTS kinds, late CASCADE; DROP VIEW IF EXISTS seen")
    found.execute(IN_POSTGRES + POSTGRES_ROWS)
    return found


def test_each_kind_of_value_is_read_as_json_has_it(database: Database) -> None:
    with database.reading() as rows:
        empty, full = rows.read(KINDS)
    assert full == VALUES
    assert empty == (2, *[None] * (len(VALUES) - 1))


def test_all_is_read_as_it_was_at_one_moment(database: Database) -> None:
    with database.reading() as rows:
        before = list(rows.read(KINDS))
        assert before
        database.execute("DELETE FROM kinds")
        assert list(rows.read(KINDS)) == before


def test_nothing_can_be_written(database: Database) -> None:
    with database.reading() as rows:
        assert isinstance(rows, PostgresRows | SqliteRows)
        with pytest.raises((sqlite3.OperationalError, psycopg.errors.ReadOnlySqlTransaction)):
            rows._connection.execute("DELETE FROM kinds")


def test_views_are_no_tables(database: Database) -> None:
    with database.reading() as rows:
        assert rows.tables() >= {"kinds"}
        assert "seen" not in rows.tables()


def test_a_table_that_is_not_there_is_named(database: Database) -> None:
    with database.reading() as rows, pytest.raises(StoreError, match=r'Table "nowhere" cannot be read\.'):
        list(rows.read(Table("nowhere", KINDS.columns, ("id",))))


def test_a_sqlite_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"), sqlite.reading(tmp_path / "none.sqlite3"):
        pass
    assert not list(tmp_path.iterdir())


def test_a_database_that_does_not_answer_is_named() -> None:
    address = Address("postgresql", "127.0.0.1", 1, "me", "secret", "app")
    with pytest.raises(StoreError, match='"app" at') as caught, postgres.reading(address):
        pass
    assert "secret" not in str(caught.value)
