"""The mark of a run beside a folder: ``<folder>.statusquo-mark``, outside of what is rewound. Rewinds ask for it."""

from __future__ import annotations

import stat
from pathlib import Path


def write(root: Path, nonce: str) -> None:
    """Mark the folder as ours."""
    _path(root).write_text(nonce, encoding="ascii")


def read(root: Path) -> str | None:
    """The nonce in the mark, or ``None`` if there is no mark, or it stands beside a folder that something covers."""
    try:
        nonce = _path(root).read_text(encoding="ascii")
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    return None if is_mounted(root) else nonce


def remove(root: Path) -> None:
    """Take the mark away."""
    _path(root).unlink()


def is_mounted(root: Path) -> bool:
    """True when another file system begins at *root*: what stands beside it says nothing about it."""
    try:
        found = root.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_dev != root.parent.stat().st_dev


def _path(root: Path) -> Path:
    return root.with_name(f"{root.name}.statusquo-mark")
