"""Digests of values and files: what tells one baseline from another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path


def of_value(value: object) -> str:
    """A digest of JSON-able data that does not depend on the order of its keys."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def of_file(path: Path) -> str:
    """A digest of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def of_files(paths: Iterable[Path], root: Path) -> str:
    """A digest of the files' names below *root* and their contents, whatever order they come in."""
    return of_value(sorted((path.relative_to(root).as_posix(), of_file(path)) for path in set(paths)))


def watched(root: Path, patterns: Iterable[str]) -> tuple[Path, ...]:
    """The files below *root* that a glob pattern names, sorted; a pattern that names a folder means all files in it."""
    found: set[Path] = set()
    for pattern in patterns:
        for path in root.glob(pattern):
            found.update(below for below in path.rglob("*") if below.is_file()) if path.is_dir() else found.add(path)
    return tuple(sorted(path for path in found if "__pycache__" not in path.parts))
