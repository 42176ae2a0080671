"""What is to be written, as values, and the one function that writes it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from statusquo.core.errors import DatasetError


@dataclass(frozen=True, slots=True)
class Change:
    """A file that shall have this text; without one it shall be gone."""

    path: Path
    text: str | None


def needed(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Those that are not so already."""
    return tuple(change for change in changes if _now(change.path) != change.text)


def apply(changes: Iterable[Change]) -> tuple[Path, ...]:
    """Make it so; the paths that were touched. All texts are on disk before the first file is replaced.

    Raises DatasetError, and then nothing was replaced, if one cannot be written.
    """
    wanted = needed(changes)
    with ExitStack() as undo:
        try:
            aside = [_write_aside(change, undo) for change in wanted]
        except OSError as error:
            raise DatasetError(f"{error.filename}: cannot be written.", why=f"{error.strerror}.") from error
        for path, change in zip(aside, wanted, strict=True):
            path.replace(change.path) if change.text is not None else change.path.unlink()
    return tuple(change.path for change in wanted)


def _write_aside(change: Change, undo: ExitStack) -> Path:
    change.path.parent.mkdir(parents=True, exist_ok=True)
    aside = change.path.with_name(f".{change.path.name}.{os.getpid()}.tmp")
    if change.text is not None:
        undo.callback(aside.unlink, missing_ok=True)
        aside.write_bytes(change.text.encode())
        if change.path.exists():
            aside.chmod(change.path.stat().st_mode & 0o7777)
    return aside


def _now(path: Path) -> str | None:
    try:
        return path.read_bytes().decode(errors="surrogateescape")
    except (FileNotFoundError, NotADirectoryError):
        return None
