"""A marked place for a database, connections of an application to it, and stores over it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from statusquo.stores.sqlite import mark
from statusquo.stores.sqlite.store import SqliteStore, open_store

Connect = Callable[[], sqlite3.Connection]
Opened = Callable[..., SqliteStore]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database is, or will be."""
    path = tmp_path / "app.sqlite3"
    mark.write(path, "ours")
    return path


@pytest.fixture(params=["delete", "wal"])
def connect(path: Path, request: pytest.FixtureRequest) -> Iterator[Connect]:
    """Opens a connection, as the application would."""
    with ExitStack() as stack:

        def connect_one() -> sqlite3.Connection:
            connection = sqlite3.connect(path, timeout=0, isolation_level=None)
            stack.callback(connection.close)
            connection.execute(f"PRAGMA journal_mode = {request.param}")
            connection.execute("PRAGMA synchronous = OFF")
            return connection

        yield connect_one


@pytest.fixture
def app(connect: Connect) -> sqlite3.Connection:
    """A connection to a database with one table and one row."""
    app = connect()
    app.execute("CREATE TABLE note (id INTEGER PRIMARY KEY AUTOINCREMENT, text)")
    app.execute("INSERT INTO note (text) VALUES ('first')")
    return app


@pytest.fixture
def opened(path: Path) -> Iterator[Opened]:
    """Opens a store."""
    with ExitStack() as stack:

        def open_one(settle: float = 0.2) -> SqliteStore:
            store = open_store("main", path, nonce="ours", scratch=path.parent / "scratch", settle=settle)
            stack.callback(store.close)
            return store

        yield open_one
