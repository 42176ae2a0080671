"""The mark of a run beside a database file: ``<file>.statusquo-mark``. The wiring writes it, rewinds ask for it.

SQLite has one place for a mark inside the file, ``PRAGMA application_id``, and that is the application's.
"""

from __future__ import annotations

from pathlib import Path


def write(database: Path, nonce: str) -> None:
    """Mark the file as ours; it need not exist, its folder must."""
    _path(database).write_text(nonce, encoding="ascii")


def read(database: Path) -> str | None:
    """The nonce in the mark, or ``None`` if there is no mark, or it stands beside a link to another file."""
    if database.is_symlink():
        return None
    try:
        return _path(database).read_text(encoding="ascii")
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def remove(database: Path) -> None:
    """Take the mark away."""
    _path(database).unlink()


def _path(database: Path) -> Path:
    return database.with_name(f"{database.name}.statusquo-mark")
