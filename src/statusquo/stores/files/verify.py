"""A witness of a folder: reads every file in it, past the store and what the store takes for unchanged.

The wiring opens one for ``--verify``.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from statusquo.core import fingerprint


class FilesWitness:
    """What the folder *root* holds."""

    def __init__(self, name: str, root: Path) -> None:
        self.name = name
        self._root = root

    def digest(self) -> Mapping[str, str]:
        """For every file, folder and link: mode, time, and a digest of the content or where it leads."""
        found = {".": _folder(self._root)} if self._root.exists() else {}
        for folder, folders, files in os.walk(self._root):
            for name in (*folders, *files):
                path = Path(folder, name)
                shown = os.fsencode(path.relative_to(self._root)).decode("utf-8", "backslashreplace")
                text = _text(path)
                if text:
                    found[shown] = text
        return found

    def close(self) -> None:
        """There is nothing to let go of."""


def _folder(path: Path) -> str:
    return f"folder, mode {stat.S_IMODE(path.lstat().st_mode):o}"


def _text(path: Path) -> str:
    """Empty for sockets, pipes and devices, which are nobody's to put back."""
    seen = path.lstat()
    if stat.S_ISDIR(seen.st_mode):
        return _folder(path)
    if stat.S_ISLNK(seen.st_mode):
        return f"link to {path.readlink()!s}"
    if stat.S_ISREG(seen.st_mode):
        told = f"{seen.st_size} bytes, mode {stat.S_IMODE(seen.st_mode):o}, mtime {seen.st_mtime_ns}"
        return f"{told}, sha256 {fingerprint.of_file(path)}"
    return ""
