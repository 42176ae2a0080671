"""A store that carries another mark than ours, or none, or a mark that stands for something else, is left alone."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from statusquo.core.errors import GuardError, StoreError
from statusquo.core.protocols import Store
from statusquo.stores.files import adoption as files_adoption
from statusquo.stores.files import mark as files_mark
from statusquo.stores.files import store as files
from statusquo.stores.sqlite import mark as sqlite_mark
from statusquo.stores.sqlite import store as sqlite

NONCE = "the nonce of this run"


def write_row(path: Path, text: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS note (text)")
        connection.execute("INSERT INTO note VALUES (?)", [text])
        connection.commit()


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def open_files(tmp_path: Path) -> tuple[Store, Path]:
    root = tmp_path / "media"
    root.mkdir()
    (root / "a.txt").write_text("a")
    files_mark.write(root, NONCE)
    return files.open_store("media", root, nonce=NONCE, scratch=tmp_path / "scratch"), root


def open_sqlite(tmp_path: Path) -> tuple[Store, Path]:
    path = tmp_path / "notes.sqlite3"
    write_row(path, "a")
    sqlite_mark.write(path, NONCE)
    return sqlite.open_store("notes", path, nonce=NONCE, scratch=tmp_path / "scratch"), path


@pytest.mark.parametrize(
    ("text", "why"),
    [("somebody else's", "It carries the mark of another run."), (None, "It carries no mark of ours.")],
)
def test_a_folder_with_another_mark_is_left_alone(tmp_path: Path, text: str | None, why: str) -> None:
    store, root = open_files(tmp_path)
    baseline = store.capture()
    (root / "b.txt").write_text("b")
    (root / "a.txt").unlink()
    files_mark.write(root, text) if text else files_mark.remove(root)
    with pytest.raises(GuardError) as refused:
        store.rewind(baseline)
    assert str(refused.value).startswith(f'Store "media" at {root} is not ours to change. {why} ')
    assert [path.name for path in root.iterdir()] == ["b.txt"]
    store.close()


def test_a_disk_that_is_mounted_on_a_folder_does_not_carry_its_mark() -> None:
    mounted = Path("/dev/shm")
    if not files_mark.is_mounted(mounted):
        pytest.skip("no file system begins at /dev/shm here")
    with pytest.raises(StoreError) as refused:
        files_adoption.look("media", mounted)
    assert str(refused.value) == (
        'Store "media": on /dev/shm another file system is mounted. '
        "The mark stands beside a folder, and would still be there when another disk is mounted. "
        "Give a folder inside of it."
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [("somebody else's", "It carries the mark of another run."), (None, "It carries no mark of ours.")],
)
def test_a_sqlite_file_with_another_mark_is_left_alone(tmp_path: Path, text: str | None, why: str) -> None:
    store, path = open_sqlite(tmp_path)
    baseline = store.capture()
    write_row(path, "b")
    before = dump(path)
    sqlite_mark.write(path, text) if text else sqlite_mark.remove(path)
    with pytest.raises(GuardError) as refused:
        store.rewind(baseline)
    assert str(refused.value).startswith(f'Store "notes" at {path} is not ours to change. {why} ')
    assert dump(path) == before
    store.close()


def test_a_link_to_another_file_does_not_carry_the_mark_that_stands_beside_it(tmp_path: Path) -> None:
    store, path = open_sqlite(tmp_path)
    baseline = store.capture()
    precious = tmp_path / "elsewhere" / "precious.sqlite3"
    precious.parent.mkdir()
    shutil.move(path, precious)
    write_row(precious, "precious")
    path.symlink_to(precious)
    before = dump(precious)
    with pytest.raises(GuardError, match="It carries no mark of ours"):
        store.rewind(baseline)
    assert dump(precious) == before
    store.close()
