"""Folders that tests have made, and made hard to remove."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def remove(folder: Path) -> None:
    """Remove a folder with all in it, also what its owner may not list; nothing happens if it is not there."""
    if not folder.is_dir() or folder.is_symlink():
        folder.unlink(missing_ok=True)
        return
    folder.chmod(0o700)
    for below, folders, _ in os.walk(folder):
        for name in folders:
            if not (inner := Path(below, name)).is_symlink():
                inner.chmod(0o700)  # before os.walk lists it
    shutil.rmtree(folder)
