"""Test data as git has them: what ``lint`` compares with. Nothing where there is no git, or no such revision."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from statusquo.assets import files, formats
from statusquo.assets.dataset import Dataset
from statusquo.assets.files import Stored
from statusquo.core.errors import DatasetError


def dataset(stored: Stored, revision: str) -> Dataset | None:
    """The rows of a dataset's files at a revision, with the facts of today; None if they cannot be had."""
    try:
        contents = {str(source.path): _show(stored, source.path.name, revision) for source in stored.sources}
        rows = (record for file, content in contents.items() for record in formats.read(content, file))
        return files.known_by(replace(stored.lock, schema=stored.dataset.schema) if stored.lock else None, rows)
    except (OSError, subprocess.CalledProcessError, DatasetError):
        return None


def start(stored: Stored, revision: str) -> str:
    """Where this branch left the one of a revision; the revision itself where that cannot be said."""
    command = ["git", "-C", str(_folder(stored)), "merge-base", "HEAD", revision]
    try:
        return subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return revision


def size(stored: Stored, revision: str, archives: Iterable[str] = ()) -> int | None:
    """The bytes that the dataset had at a revision, with its volumes and *archives*; None if that cannot be had."""
    paths = [stored.path, *stored.volumes.values(), *map(Path, archives)]
    named = [os.path.relpath(each.absolute(), _folder(stored)) for each in dict.fromkeys(paths)]
    command = ["git", "-C", str(_folder(stored)), "ls-tree", "-rlz", revision, "--", *named]
    try:
        listed = subprocess.run(command, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    lines = [each.partition(b"\t")[0].split() for each in listed.split(b"\0") if each]
    return sum(int(words[-1]) for words in lines if words[-1].isdigit()) if lines else None


def _folder(stored: Stored) -> Path:
    return stored.path if stored.path.is_dir() else stored.path.parent


def _show(stored: Stored, name: str, revision: str) -> bytes:
    command = ["git", "-C", str(_folder(stored)), "show", f"{revision}:./{name}"]
    return subprocess.run(command, capture_output=True, check=True).stdout
