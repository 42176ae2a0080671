"""A rewind that is killed in the middle: SQLite rolls it back, and the next one does it again."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from statusquo.stores.sqlite.verify import SqliteWitness
from tests.integration.stores.sqlite.conftest import Opened

pytestmark = pytest.mark.integration

BLOBS = 200
REWIND = """
import sys
from pathlib import Path
from statusquo.stores.sqlite.store import open_store
path, saved, scratch = map(Path, sys.argv[1:])
store = open_store("main", path, nonce="ours", scratch=scratch)
print("ready", flush=True)
store.rewind(store.resume(saved))
"""


JOURNALS = {"delete": "app.sqlite3-journal", "wal": "app.sqlite3-wal"}


@pytest.mark.parametrize("mode", JOURNALS)
def test_a_killed_rewind_leaves_all_or_nothing(path: Path, tmp_path: Path, opened: Opened, mode: str) -> None:
    journal = tmp_path / JOURNALS[mode]
    with closing(sqlite3.connect(path, isolation_level=None)) as app:
        app.execute(f"PRAGMA journal_mode = {mode}")
        app.execute("PRAGMA synchronous = OFF")
        app.execute("CREATE TABLE big (id INTEGER PRIMARY KEY, a)")
        app.executemany("INSERT INTO big (a) VALUES (zeroblob(?))", [(100_000,)] * BLOBS)
        store = opened()
        saved = tmp_path / "saved"
        saved.mkdir()
        store.save(store.capture(), saved)
        store.close()
        before = SqliteWitness("main", path).digest()
        app.execute("UPDATE big SET a = randomblob(100000)")
        app.execute("PRAGMA wal_checkpoint (TRUNCATE)")
        after = SqliteWitness("main", path).digest()

        killed = subprocess.Popen(
            [sys.executable, "-c", REWIND, path, saved, tmp_path / "other"], stdout=subprocess.PIPE
        )
        assert killed.stdout
        assert killed.stdout.readline() == b"ready\n"
        while killed.poll() is None and not (journal.exists() and journal.stat().st_size > 1_000_000):
            pass
        killed.kill()
        killed.wait()
        killed.stdout.close()
        assert killed.returncode == -9, "it was killed before it could end"

        found = SqliteWitness("main", path).digest()
        assert found in (before, after)
        assert app.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        store = opened()
        baseline = store.resume(saved)
        assert store.rewind(baseline).is_clean == (found == before)
        assert SqliteWitness("main", path).digest() == before
        assert app.execute("SELECT count(*) FROM big WHERE a = zeroblob(100000)").fetchall() == [(BLOBS,)]
        assert store.rewind(baseline).is_clean
