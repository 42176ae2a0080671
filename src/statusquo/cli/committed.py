"""Test data as git has them: what ``lint`` compares with. Nothing where there is no git, or no such revision."""

from __future__ import annotations

import subprocess

from statusquo.assets import formats
from statusquo.assets.dataset import Dataset
from statusquo.assets.files import Stored
from statusquo.core.errors import DatasetError


def dataset(stored: Stored, revision: str) -> Dataset | None:
    """The rows of a dataset's files at a revision, with the facts of today; None if they cannot be had."""
    try:
        contents = {str(source.path): _show(stored, source.path.name, revision) for source in stored.sources}
        rows = (record for file, content in contents.items() for record in formats.read(content, file))
        return stored.dataset.having(rows)
    except (OSError, subprocess.CalledProcessError, DatasetError):
        return None


def _show(stored: Stored, name: str, revision: str) -> bytes:
    folder = stored.path if stored.path.is_dir() else stored.path.parent
    command = ["git", "-C", str(folder), "show", f"{revision}:./{name}"]
    return subprocess.run(command, capture_output=True, check=True).stdout
