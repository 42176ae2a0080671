"""What is kept beside a database file is put back once, and into that file only."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from statusquo.stores.sqlite import kept, mark, store


def execute(path: Path, statement: str) -> list[object]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return [row[0] for row in connection.execute(statement)]


def kept_beside(folder: Path) -> Path:
    """A database with one row, of which a run has kept the pages, and then has gone."""
    path = folder / "live.sqlite3"
    execute(path, "CREATE TABLE note AS SELECT 'first' AS text")
    mark.write(path, "nonce")
    with closing(store.open_store("db", path, nonce="nonce", scratch=folder / "scratch")) as opened:
        kept.write(path, opened, opened.capture())
    return path


def test_it_is_put_back_once(tmp_path: Path) -> None:
    path = kept_beside(tmp_path)
    execute(path, "DELETE FROM note")
    done = kept.put_back("db", path, scratch=tmp_path / "other")
    assert done is not None
    assert not done.is_clean
    assert execute(path, "SELECT text FROM note") == ["first"]
    assert kept.put_back("db", path, scratch=tmp_path / "other") is None


def test_another_file_in_its_place_is_left_alone(tmp_path: Path) -> None:
    path = kept_beside(tmp_path)
    execute(tmp_path / "new", "CREATE TABLE other AS SELECT 'second' AS text")
    (tmp_path / "new").replace(path)
    assert kept.put_back("db", path, scratch=tmp_path / "other") is None
    assert execute(path, "SELECT text FROM other") == ["second"]
    path.unlink()
    assert kept.put_back("db", path, scratch=tmp_path / "other") is None


def test_what_was_kept_can_be_replaced(tmp_path: Path) -> None:
    path = kept_beside(tmp_path)
    execute(path, "UPDATE note SET text = 'second'")
    with closing(store.open_store("db", path, nonce="nonce", scratch=tmp_path / "scratch")) as opened:
        kept.write(path, opened, opened.capture())
    execute(path, "DELETE FROM note")
    assert kept.put_back("db", path, scratch=tmp_path / "other")
    assert execute(path, "SELECT text FROM note") == ["second"]
    assert not [each.name for each in tmp_path.iterdir() if "baseline" in each.name or each.name.startswith(".")]
