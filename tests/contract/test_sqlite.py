"""The laws of a store, kept by the SQLite store while connections write, and one holds on to what it once read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import strategies as st

from statusquo.stores.sqlite import mark, memory
from statusquo.stores.sqlite.memory import MemoryDatabaseStore
from statusquo.stores.sqlite.store import SqliteStore, open_store
from statusquo.testing import contract
from statusquo.testing.contract import Digest

NONCE = "the contract's"
SHARED = "file:contract?mode=memory&cache=shared"
CONNECTIONS = (0, 1)
Journal = Literal["delete", "wal"]


@dataclass(frozen=True)
class Run:
    """Statements of one connection, each its own transaction, or all one that ends in COMMIT or ROLLBACK."""

    connection: int
    statements: tuple[str, ...]
    end: Literal["", "COMMIT", "ROLLBACK"] = ""


@dataclass(frozen=True)
class Remove:
    """The application hangs up and removes its database."""


Write = Run | Remove

SCHEMA = (
    "CREATE TABLE note (id INTEGER PRIMARY KEY AUTOINCREMENT, text)",
    "CREATE TABLE word (word TEXT COLLATE NOCASE PRIMARY KEY, n) WITHOUT ROWID",
    "CREATE TABLE loose (a, b)",
    "CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, text UNIQUE)",
    "CREATE VIRTUAL TABLE docs USING fts5 (body)",
    "CREATE VIRTUAL TABLE boxes USING rtree (id, low, high)",
    "CREATE TRIGGER noted AFTER INSERT ON note BEGIN INSERT INTO loose VALUES (new.id, new.text); END",
)
KEYS = {"note": "id", "counted": "id", "word": "word", "sqlite_sequence": "name"}
SETTINGS = ("application_id", "user_version")

VALUES = st.sampled_from(["1", "1.0", "'1'", "'a'", "'A'", "NULL", "x'61'", "'it''s'", "zeroblob(9000)"])
STATEMENTS = st.one_of(
    st.builds("INSERT INTO note (text) VALUES ({})".format, VALUES),
    st.builds("UPDATE note SET text = {} WHERE id = 1".format, VALUES),
    st.builds("UPDATE note SET id = id + 10 WHERE text = {}".format, VALUES),
    st.builds("INSERT OR REPLACE INTO word VALUES ({}, {})".format, VALUES, VALUES),
    st.builds("DELETE FROM word WHERE word = {}".format, VALUES),
    st.builds("INSERT INTO loose VALUES ({}, {})".format, VALUES, VALUES),
    st.builds("DELETE FROM loose WHERE a IS {}".format, VALUES),
    st.builds("INSERT INTO docs VALUES ({})".format, VALUES),
    st.builds("UPDATE docs SET body = {}".format, VALUES),
    st.builds("INSERT OR IGNORE INTO counted (text) VALUES ({})".format, VALUES),  # may move nothing but the counter
    st.builds("INSERT OR REPLACE INTO boxes VALUES (1, {}, 9)".format, st.sampled_from([1, 2])),
    st.builds("PRAGMA user_version = {}".format, st.sampled_from([0, 1])),
    st.sampled_from(
        [
            *SCHEMA,
            "DELETE FROM note",
            "DELETE FROM docs",
            "SAVEPOINT one",
            "ROLLBACK TO one",
            "CREATE TABLE extra (a)",
            "ALTER TABLE extra ADD COLUMN b DEFAULT 'b'",
            "INSERT INTO extra (a) VALUES (1)",
            "CREATE INDEX by_a ON loose (a)",
            "CREATE VIEW texts AS SELECT text FROM note",
            "DROP TABLE extra",
            "DROP TABLE note",
            "ANALYZE",
            "VACUUM",
        ]
    ),
)
SOME = st.lists(STATEMENTS, min_size=1, max_size=4).map(tuple)
RUNS: st.SearchStrategy[Write] = st.builds(
    Run, st.sampled_from(CONNECTIONS), SOME, st.sampled_from(["", "COMMIT", "ROLLBACK"])
)
WRITES: st.SearchStrategy[Write] = st.integers(0, 19).flatmap(lambda one: RUNS if one else st.just(Remove()))


class Sqlite:
    """A database in a folder, with the connections of an application that stay open through rewinds."""

    def __init__(self, place: Path, journal: Journal) -> None:
        self.path = place / "app.sqlite3"
        self.scratch = place / "scratch"
        self.journal = journal
        self.open_ones: dict[str | int, sqlite3.Connection] = {}

    def fresh(self) -> None:
        self.remove()
        mark.write(self.path, NONCE)
        for statement in SCHEMA:
            self.connection("setup").execute(statement)

    def open(self) -> SqliteStore | MemoryDatabaseStore:
        return open_store("main", self.path, nonce=NONCE, scratch=self.scratch)

    def apply(self, write: Write) -> None:
        if isinstance(write, Remove):
            self.remove()
            return
        application = self.connection(write.connection)
        if self.journal == "wal" and "reader" not in self.open_ones:
            self.connection("reader").execute("BEGIN")
            self.connection("reader").execute("SELECT count(*) FROM sqlite_schema").fetchall()
        for statement in ("BEGIN" if write.end else "", *write.statements, write.end):
            with suppress(sqlite3.Error):  # there is no such table any more: applications err, too
                application.execute(statement)
        if application.in_transaction:
            application.execute("COMMIT")

    def digest(self) -> Digest:
        if not self.path.exists():
            return {("schema", f"pragma {setting}"): "0" for setting in SETTINGS}
        return dict(_digest(self.connection("witness")))

    def connection(self, name: str | int) -> sqlite3.Connection:
        if name not in self.open_ones:
            self.open_ones[name] = sqlite3.connect(self.path, isolation_level=None)
            self.open_ones[name].execute(f"PRAGMA journal_mode = {self.journal}")
            self.open_ones[name].execute("PRAGMA synchronous = OFF")  # for speed
        return self.open_ones[name]

    def remove(self) -> None:
        self.hang_up()
        for path in self.path.parent.glob("app.sqlite3*"):
            if not path.name.endswith("mark"):
                path.unlink()

    def hang_up(self) -> None:
        for connection in self.open_ones.values():
            connection.close()
        self.open_ones.clear()


class InMemory(Sqlite):
    """A database of the test process: of one connection, or shared by several, the store's own among them perhaps."""

    def __init__(self, place: Path, *, is_shared: bool, has_own: bool) -> None:
        super().__init__(place, "delete")
        self.is_shared = is_shared
        self.has_own = has_own

    def open(self) -> MemoryDatabaseStore:
        return memory.open_store("main", self.connection("handed over"), shared=SHARED if self.has_own else "")

    def digest(self) -> Digest:
        return dict(_digest(self.connection("witness")))

    def connection(self, name: str | int) -> sqlite3.Connection:
        place = SHARED if self.is_shared else ":memory:"
        name = name if self.is_shared else "the only one"
        if name not in self.open_ones:
            self.open_ones[name] = sqlite3.connect(place, uri=True, isolation_level=None)
        return self.open_ones[name]


def _digest(witness: sqlite3.Connection) -> Iterator[tuple[tuple[str, str], str | int]]:
    for setting in SETTINGS:
        yield ("schema", f"pragma {setting}"), str(*witness.execute(f"PRAGMA {setting}").fetchone())
    for kind, name, sql in witness.execute("SELECT type, name, sql FROM sqlite_schema").fetchall():
        if sql is None or name.startswith(("docs_", "boxes_")):
            continue
        if not name.startswith("sqlite_"):
            yield ("schema", f"{kind} {name}"), sql
        if kind == "table":
            yield from _rows(witness, name, KEYS.get(name, "rowid"))


def _rows(witness: sqlite3.Connection, table: str, key: str) -> Iterator[tuple[tuple[str, str], str | int]]:
    columns = [column[0] for column in witness.execute(f"SELECT * FROM {table}").description]
    quoted = ", ".join(f"quote({column})" for column in (key, *columns))
    with closing(witness.execute(f"SELECT {quoted} FROM {table}")) as rows:
        for found, *fields in rows:
            yield (table, f"{key}={found}"), repr(dict(zip(columns, fields, strict=True)))


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_the_sqlite_store_keeps_the_laws(tmp_path: Path, journal: Journal) -> None:
    harness = Sqlite(tmp_path, journal)
    try:
        contract.check(harness, WRITES)
    finally:
        harness.hang_up()


@pytest.mark.parametrize(
    ("is_shared", "has_own"), [(False, False), (True, False), (True, True)], ids=["private", "shared", "own"]
)
def test_the_store_of_a_database_in_memory_keeps_the_laws(tmp_path: Path, is_shared: bool, has_own: bool) -> None:
    harness = InMemory(tmp_path, is_shared=is_shared, has_own=has_own)
    try:
        contract.check(harness, RUNS)
    finally:
        harness.hang_up()
