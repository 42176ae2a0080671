"""Reaches what is in a folder step by step from the folder itself, so that a link is never passed through.

A path that was looked at a moment ago may lead elsewhere now: the services under test run on. Whoever opens or changes
something in the folder comes here first; a link on the way is an error (ENOTDIR), not a way out.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from statusquo.stores.files.scan import ROOT

_PLACE = os.O_PATH if sys.platform == "linux" else os.O_RDONLY
FOLDER = _PLACE | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
"""How a folder on the way is opened."""
NODE = _PLACE | os.O_NOFOLLOW | os.O_CLOEXEC
"""How anything is opened to change what its inode says."""
READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
"""How a file is opened: what became a link or a pipe meanwhile is an error, and does not make us wait."""
WRITE = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
"""How a file is opened to be written: for both, because then a pipe does not make us wait."""


@contextmanager
def place(root: Path, path: str, rights: int = 0) -> Iterator[tuple[str, int]]:
    """The name of *path* and its folder, opened; folders on the way get *rights* if their owner lacks them.

    The root is in the folder above it. Raises OSError.
    """
    *folders, name = path.split("/") if path != ROOT else (root.name,)
    folder = os.open(root if path != ROOT else root.parent, FOLDER)
    try:
        if path != ROOT:
            open_up(folder, rights)
        for inner in folders:
            outer, folder = folder, os.open(inner, FOLDER, dir_fd=folder)
            os.close(outer)
            open_up(folder, rights)
        yield name, folder
    except OSError as error:
        error.filename = str(root / path)  # not the name alone
        raise
    finally:
        os.close(folder)


def opened(root: Path, path: str, flags: int) -> int:
    """The file at *path*, opened. Raises OSError."""
    with place(root, path) as (name, folder):
        return os.open(name, flags, dir_fd=folder)


def open_up(opened: int, rights: int) -> None:
    """Give the owner of what is *opened* the *rights* that are missing."""
    mode = os.fstat(opened).st_mode
    if mode & rights != rights:
        change_mode(by_number(opened), mode | rights)


def change_mode(node: str | int, mode: int) -> None:
    """Give what is at *node*, a path by number, the permissions of *mode*. Raises OSError."""
    os.chmod(node, stat.S_IMODE(mode))  # noqa: PTH101  # may be a number


def by_number(opened: int) -> str | int:
    """What is *opened* as a path that leads there whatever happens to its name."""
    return f"/proc/self/fd/{opened}" if sys.platform == "linux" else opened
