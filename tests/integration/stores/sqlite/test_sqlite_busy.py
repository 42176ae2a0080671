"""Transactions of others: waited for, with a limit; readers and writers in other processes."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from statusquo.core import processes
from statusquo.core.errors import Busy
from tests.integration.stores.sqlite.conftest import Connect, Opened

pytestmark = pytest.mark.integration

OTHER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for line in sys.stdin:
    print(connection.execute(line).fetchall(), flush=True)
"""

Ask = Callable[[str], str]


@pytest.fixture
def ask(app: sqlite3.Connection, path: Path) -> Iterator[tuple[Ask, int]]:
    """Runs a statement on the one connection of another process, and what that process' number is."""
    with subprocess.Popen(
        [sys.executable, "-c", OTHER, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **processes.label("run", "worker")},
        text=True,
    ) as process:

        def ask_it(statement: str) -> str:
            assert process.stdin
            assert process.stdout
            process.stdin.write(statement + "\n")
            process.stdin.flush()
            return process.stdout.readline().strip()

        yield ask_it, process.pid
        process.communicate()


def test_the_connection_of_another_process_stays_usable(ask: tuple[Ask, int], opened: Opened) -> None:
    other, _ = ask
    assert other("SELECT text FROM note") == "[('first',)]"
    store = opened()
    baseline = store.capture()
    for _ in range(3):
        assert other("INSERT INTO note (text) VALUES ('theirs') RETURNING id") == "[(2,)]"
        assert other("CREATE TABLE theirs (a)") == "[]"
        assert [change.item for change in store.diff(baseline).changes if change.group == "note"] == ["id=2"]
        assert not store.rewind(baseline).is_clean
        assert other("SELECT text FROM note") == "[('first',)]"
        assert store.rewind(baseline).is_clean


def test_a_write_transaction_is_waited_for_and_then_named(
    ask: tuple[Ask, int], app: sqlite3.Connection, path: Path, opened: Opened
) -> None:
    other, pid = ask
    app.close()
    store = opened(settle=0.1)
    baseline = store.capture()
    other("BEGIN IMMEDIATE")
    other("INSERT INTO note (text) VALUES ('in flight')")
    with pytest.raises(Busy) as refused:
        store.rewind(baseline)
    assert str(refused.value) == (
        f'Store "main": {path} cannot be put back, a connection holds a write transaction. '
        f"It did not end within 0.1 s. The file is open in worker (pid {pid}). "
        "Commit, roll back or close the cursor there, or wait longer with rewind.settle."
    )
    other("COMMIT")
    assert not store.rewind(baseline).is_clean
    assert other("SELECT text FROM note") == "[('first',)]"


def test_a_reader_in_the_way_is_told_and_the_application_goes_on(path: Path, opened: Opened) -> None:
    with ExitStack() as undo:
        reader, writer = (sqlite3.connect(path, isolation_level=None) for _ in range(2))
        undo.callback(reader.close)
        undo.callback(writer.close)
        writer.execute("CREATE TABLE note (text)")
        store = opened(settle=0.1)
        baseline = store.capture()
        writer.execute("INSERT INTO note VALUES ('changed')")
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM note").fetchall()
        with pytest.raises(Busy) as refused:
            store.rewind(baseline)
        assert "a connection holds a read or write transaction" in str(refused.value)
        assert "The file is open in this process." in str(refused.value)
        assert reader.execute("SELECT * FROM note").fetchall() == [("changed",)]
        reader.execute("COMMIT")
        writer.execute("INSERT INTO note VALUES ('again')")
        assert not store.rewind(baseline).is_clean
        assert reader.execute("SELECT * FROM note").fetchall() == []


def test_a_reader_of_a_wal_keeps_its_snapshot_and_keeps_nobody(path: Path, opened: Opened) -> None:
    with ExitStack() as undo:
        reader, writer = (sqlite3.connect(path, isolation_level=None) for _ in range(2))
        undo.callback(reader.close)
        undo.callback(writer.close)
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("CREATE TABLE note (text)")
        store = opened(settle=0.1)
        baseline = store.capture()
        writer.execute("INSERT INTO note VALUES ('changed')")
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM note").fetchall()
        assert not store.rewind(baseline).is_clean
        assert reader.execute("SELECT * FROM note").fetchall() == [("changed",)]
        reader.execute("COMMIT")
        assert reader.execute("SELECT * FROM note").fetchall() == []


def test_a_transaction_that_ends_in_time_is_put_back_with_the_rest(
    connect: Connect, app: sqlite3.Connection, opened: Opened
) -> None:
    store = opened(settle=30)
    baseline = store.capture()
    app.execute("BEGIN IMMEDIATE")
    app.execute("DELETE FROM note")
    witness = connect()
    waiting = threading.Thread(target=lambda: results.append(store.rewind(baseline)))
    results: list[object] = []
    waiting.start()
    assert not results
    app.execute("COMMIT")
    waiting.join()
    assert len(results) == 1
    assert witness.execute("SELECT text FROM note").fetchall() == [("first",)]


def test_writers_come_wholly_before_or_after_a_rewind(path: Path, app: sqlite3.Connection, opened: Opened) -> None:
    app.execute("CREATE TABLE twice (a)")
    store = opened(settle=30)
    baseline = store.capture()
    stop = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as writer:
            writer.execute("PRAGMA synchronous = OFF")
            while not stop.wait(0.001):
                writer.executescript(
                    "BEGIN IMMEDIATE; INSERT INTO twice VALUES (1); INSERT INTO twice VALUES (1); COMMIT"
                )

    writing = threading.Thread(target=write)
    writing.start()
    try:
        with closing(sqlite3.connect(path, timeout=30)) as reader:
            for _ in range(20):
                store.rewind(baseline)
                ((count,),) = reader.execute("SELECT count(*) FROM twice").fetchall()
                assert count % 2 == 0
    finally:
        stop.set()
        writing.join()
    store.rewind(baseline)
    assert app.execute("SELECT count(*) FROM twice").fetchall() == [(0,)]
    assert app.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
