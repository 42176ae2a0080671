"""Who has a file open for writing: asked of the kernel by taking a lease for a moment. ``picture`` and ``store`` ask.

A program that has mapped a file writes to it without telling anybody: no event is heard, and the ctime moves at the
first write to a page only, in a tmpfs not even then. But a mapping keeps its file open for writing, and a read lease is
not to be had on such a file: https://man7.org/linux/man-pages/man2/F_GETLEASE.2const.html
"""

from __future__ import annotations

import errno
import fcntl
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil


class Unknown(Exception):
    """Who writes to a file cannot be asked: it is another user's, or on a file system without leases."""


@contextmanager
def kept_out(file: int) -> Iterator[bool]:
    """Nobody opens *file* for writing in this block, they wait; ``False`` if somebody has it open already.

    Raises Unknown. The block must be short, and must not open the file.
    """
    if sys.platform != "linux":
        raise Unknown
    try:
        # who is waited for gets a signal; of this one the default is that nothing happens
        fcntl.fcntl(file, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        if error.errno != errno.EAGAIN:
            raise Unknown from error
        yield False
        return
    try:
        yield True
    finally:
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)


def is_open_for_writing(file: int) -> bool:
    """True if somebody is known to have it open for writing, or mapped."""
    try:
        with kept_out(file) as is_alone:
            return not is_alone
    except Unknown:
        return False


def names(path: Path) -> str:
    """The programs that have the file at *path* open for writing, for people to read; empty if none was found."""
    found = []
    for process in psutil.process_iter(["name", "open_files"]):
        files = process.info["open_files"] or ()
        if any(Path(file.path) == path and getattr(file, "mode", "r") != "r" for file in files):
            found.append(f"{process.info['name']} (pid {process.pid})")
    return ", ".join(found)
