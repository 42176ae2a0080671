"""Copies contents between open files: sharing blocks where the file system can, and leaving holes where there are any.

The vault calls this, to keep a content and to put it back.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import suppress

CHUNK = 1 << 20
_FICLONE = 0x40049409  # https://man7.org/linux/man-pages/man2/ioctl_ficlone.2.html
_PUNCH_HOLE = 0x3  # and keep the size: https://man7.org/linux/man-pages/man2/fallocate.2.html
_ZEROS = bytes(CHUNK)


def keep(source: int, target: int) -> str:
    """Copy *source* to the empty file *target*: the SHA-256 of what is in *target* afterwards."""
    if share(source, target):
        return digest(target)
    found = hashlib.sha256()
    at = 0
    for start, end in extents(source):
        _feed_zeros(found, start - at)
        at = start
        while at < end and (chunk := os.pread(source, min(CHUNK, end - at), at)):
            found.update(chunk)
            at += _write(target, chunk, at)
    size = max(at, os.fstat(source).st_size)
    _feed_zeros(found, size - at)
    os.ftruncate(target, size)
    return found.hexdigest()


def put_back(source: int, target: int) -> None:
    """Make the content of *source* that of *target*, which is never shorter than that meanwhile."""
    size = os.fstat(source).st_size
    if not share(source, target):
        at = 0
        for start, end in extents(source):
            _empty(target, at, start)
            _copy(source, target, start, end)
            at = end
        _empty(target, at, size)
    os.ftruncate(target, size)


def digest(file: int) -> str:
    """The SHA-256 of an open file."""
    found = hashlib.sha256()
    at = 0
    while chunk := os.pread(file, CHUNK, at):
        found.update(chunk)
        at += len(chunk)
    return found.hexdigest()


def share(source: int, target: int) -> bool:
    """Let *target* share the blocks of *source*; ``False``, and nothing happens, where the file system cannot."""
    if sys.platform != "linux":
        return False
    try:
        fcntl.ioctl(target, _FICLONE, source)
    except OSError:
        return False
    return True


def extents(file: int) -> Iterator[tuple[int, int]]:
    """Where there is data in a file, as first and last byte plus one; holes are between them."""
    end = 0
    while True:
        try:
            start = os.lseek(file, end, os.SEEK_DATA)
        except OSError as error:
            if error.errno == errno.ENXIO:  # nothing but a hole from here on
                return
            raise
        end = os.lseek(file, start, os.SEEK_HOLE)
        yield start, end


def _copy(source: int, target: int, start: int, end: int) -> None:
    """By the kernel alone where it can: between some file systems, and on macOS, it cannot."""
    with suppress(OSError, AttributeError):  # what is really wrong, a full disk, shows itself again below
        while start < end and (copied := os.copy_file_range(source, target, end - start, start, start)):
            start += copied
    while start < end:
        chunk = os.pread(source, min(CHUNK, end - start), start)
        if not chunk:
            return
        start += _write(target, chunk, start)


def _write(target: int, chunk: bytes, at: int) -> int:
    left = memoryview(chunk)
    while left:
        written = os.pwrite(target, left, at)
        at, left = at + written, left[written:]
    return len(chunk)


def _empty(target: int, start: int, end: int) -> None:
    """Make zeros of what is between *start* and *end*: a hole, where the file system can."""
    end = min(end, os.fstat(target).st_size)
    if start >= end or _punch(target, start, end - start):
        return
    while start < end:
        start += _write(target, _ZEROS[: end - start], start)


def _punch(target: int, start: int, length: int) -> bool:
    if sys.platform != "linux":
        return False
    fallocate = ctypes.CDLL(None, use_errno=True).fallocate64
    fallocate.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64)
    return int(fallocate(target, _PUNCH_HOLE, start, length)) == 0


def _feed_zeros(found: hashlib._Hash, length: int) -> None:
    while length > 0:
        found.update(_ZEROS[:length])
        length -= CHUNK
