"""The kernel's inotify, as its manual page has it; ``watch`` uses it. Linux only.

Three functions of the C library and one format of what is read: https://man7.org/linux/man-pages/man7/inotify.7.html
"""

from __future__ import annotations

import ctypes
import os
import struct
from typing import NamedTuple

MODIFY = 0x2
ATTRIB = 0x4
CLOSE_WRITE = 0x8
OPEN = 0x20
MOVED = 0xC0
"""MOVED_FROM and MOVED_TO."""
CREATE = 0x100
DELETE = 0x200
UNMOUNT = 0x2000
Q_OVERFLOW = 0x4000
IGNORED = 0x8000
"""The watch is gone, and nothing more will be heard of it."""
ONLYDIR = 0x1000000
DONT_FOLLOW = 0x2000000

_HEAD = struct.Struct("iIII")
_BUFFER = 1 << 16


class Heard(NamedTuple):
    """One event: of which watch, what, and the name in a folder if it is about one."""

    watch: int
    mask: int
    name: str


class Inotify:
    """A queue of events; the kernel puts them in before the call that they tell of returns."""

    def __init__(self) -> None:
        """Raises OSError if this user has too many."""
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._queue = self._done(self._libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))

    def add(self, path: str, mask: int) -> int:
        """Watch what is at *path*: the number of the watch, the same one for all names of a file. Raises OSError."""
        return self._done(self._libc.inotify_add_watch(self._queue, os.fsencode(path), mask))

    def remove(self, watch: int) -> None:
        """Watch it no more; nothing happens if it is gone. What was heard before can still be read."""
        self._libc.inotify_rm_watch(self._queue, watch)

    def read(self) -> list[Heard]:
        """All there is to read now."""
        heard: list[Heard] = []
        while True:
            try:
                raw = os.read(self._queue, _BUFFER)
            except BlockingIOError:
                return heard
            at = 0
            while at < len(raw):
                watch, mask, _, length = _HEAD.unpack_from(raw, at)
                at += _HEAD.size + length
                heard.append(Heard(watch, mask, os.fsdecode(raw[at - length : at].rstrip(b"\0"))))

    def close(self) -> None:
        """Let go of all watches."""
        os.close(self._queue)

    def _done(self, result: int) -> int:
        if result < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        return result
