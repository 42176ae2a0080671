"""Databases as files of our own: one for each state that a baseline needs. What is in one never changes."""

from __future__ import annotations

import mmap
import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from statusquo.stores.sqlite.connection import connect, make_blank

SAVED = "database.sqlite3"


class Copies:
    """A folder of copies. ``None`` stands for the copy of a database that is absent or has no pages."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def new(self) -> Path:
        """Where a copy may be made."""
        return self._folder / f"{secrets.token_hex(8)}.sqlite3"

    def save(self, copy: Path | None, folder: Path) -> None:
        """Give *folder* the copy, by hard link where the file system can; nothing for a database without pages."""
        if copy:
            _share(copy, folder / SAVED)

    def adopt(self, folder: Path) -> Path | None:
        """Take over what ``save`` gave a folder, which may vanish afterwards."""
        saved = folder / SAVED
        if not saved.exists():
            return None
        copy = self.new()
        _share(saved, copy)
        return copy

    @contextmanager
    def blank(self, like: sqlite3.Connection | None) -> Iterator[Path]:
        """A database without tables, whose pages and texts are like those of *like*: others cannot take its place."""
        path = self.new()
        with closing(connect(path, "mode=rwc")) as made:
            make_blank(made, like or made)
        yield path
        path.unlink()

    def drop(self, copies: Iterable[Path | None]) -> None:
        """Remove copies."""
        for copy in copies:
            if copy:
                copy.unlink(missing_ok=True)

    def close(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self._folder, ignore_errors=True)


@contextmanager
def mapped(copy: Path) -> Iterator[mmap.mmap]:
    """The bytes of a copy, which are read as they are asked for."""
    with copy.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        yield content


def _share(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without hard links
        shutil.copyfile(source, target)
