"""The mark of a run beside a folder: ``<folder>.statusquo-mark``, outside of what is rewound. Rewinds ask for it."""

from __future__ import annotations

from pathlib import Path


def write(root: Path, nonce: str) -> None:
    """Mark the folder as ours."""
    _path(root).write_text(nonce, encoding="ascii")


def read(root: Path) -> str | None:
    """The nonce in the mark, or ``None`` if there is no mark."""
    try:
        return _path(root).read_text(encoding="ascii")
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def _path(root: Path) -> Path:
    return root.with_name(f"{root.name}.statusquo-mark")
