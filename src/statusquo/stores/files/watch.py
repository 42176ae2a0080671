"""Hears from the kernel which paths of a folder may have changed, or says that it cannot know. ``picture`` asks.

Every folder is watched for names that come and go, and every file for itself: a folder hears nothing of what is done
to its files through a name outside of it. Opening a file is heard, too: who opened it may have mapped it, and writes
to a mapping are not heard.
"""

from __future__ import annotations

import os
import re
import select
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from statusquo.stores.files import inotify, writers
from statusquo.stores.files.inotify import Inotify
from statusquo.stores.files.scan import ROOT

LOCAL = frozenset({"ext2", "ext3", "ext4", "xfs", "btrfs", "tmpfs"})
"""File systems that nobody but this kernel writes to, and whose inodes stay the same: events are complete."""

FOLDER = inotify.CREATE | inotify.DELETE | inotify.MOVED | inotify.ATTRIB | inotify.ONLYDIR | inotify.DONT_FOLLOW
FILE = inotify.MODIFY | inotify.ATTRIB | inotify.OPEN | inotify.CLOSE_WRITE
LINK = inotify.ATTRIB | inotify.DONT_FOLLOW

_MOUNTS = "/proc/self/mountinfo"


class Deaf(Exception):
    """The folder cannot be watched; the message says why, in a sentence."""


@dataclass(slots=True)
class Changed:
    """What may have changed since the last time."""

    paths: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    """Their content may have changed whatever their witness says."""
    opened: set[str] = field(default_factory=set)


class Watch:
    """The watches of one folder, which is one file system and stays where it is."""

    def __init__(self, root: str) -> None:
        """Raises Deaf, and OSError if there is no such folder."""
        self._root = root
        self._device = os.lstat(root).st_dev
        self._inodes: dict[int, int] = {}
        self._watches: dict[int, int] = {}
        self._names: dict[int, set[str]] = {}
        self._places: dict[str, int] = {}
        if sys.platform != "linux":
            raise Deaf("Only Linux tells which files were touched.")
        if (kind := file_system(root)) not in LOCAL:
            raise Deaf(f"{root} is on a file system ({kind}) that others may write to without being heard.")
        try:
            self._queue = Inotify()
        except OSError as error:
            raise Deaf(f"inotify is not to be had: {error.strerror}.") from error
        self._mounts = os.open(_MOUNTS, os.O_RDONLY | os.O_CLOEXEC)
        self._mounted = select.poll()
        self._mounted.register(self._mounts, select.POLLPRI)

    def folder(self, path: str) -> None:
        """Hear what comes and goes in a folder from now on. Raises Deaf."""
        self._add(path, f"{self._root}/{path}", FOLDER, os.lstat(f"{self._root}/{path}"))

    def link(self, path: str) -> None:
        """Hear what is done to a symbolic link from now on. Raises Deaf."""
        self._add(path, f"{self._root}/{path}", LINK, os.lstat(f"{self._root}/{path}"))

    def file(self, path: str, opened: int) -> bool:
        """Hear what is done to an *opened* file from now on; ``True`` if somebody may write without being heard.

        Raises Deaf.
        """
        try:
            with writers.kept_out(opened) as is_alone:
                self._add(path, f"/proc/self/fd/{opened}", FILE, os.fstat(opened))
        except writers.Unknown:
            why = "whether somebody has it open for writing, only its owner may ask."
            raise Deaf(f"{self._root}/{path} belongs to another user: {why}") from None
        return not is_alone

    def forget(self, path: str) -> frozenset[str]:
        """Hear nothing of what is done to a file until it is watched again; all its names."""
        if (inode := self._places.get(path)) is not None and (watch := self._watches.pop(inode, None)) is not None:
            self._queue.remove(watch)
        return self.names(path)

    def names(self, path: str) -> frozenset[str]:
        """All names that the file at *path* is known by."""
        return frozenset({path, *self._names.get(self._places.get(path, 0), ())})

    def leave(self, path: str) -> None:
        """The name is gone."""
        inode = self._places.pop(path, None)
        if inode is None:
            return
        self._names[inode].discard(path)
        if not self._names[inode]:
            del self._names[inode]
            if (watch := self._watches.pop(inode, None)) is not None:
                self._queue.remove(watch)

    def is_watched(self, path: str, inode: int) -> bool:
        """True if *path* is known as a name of *inode*, and that is watched."""
        return self._places.get(path) == inode and inode in self._watches

    def hear(self) -> Changed | None:
        """What may have changed since the last time; ``None``: anything may."""
        changed = Changed()
        if self._mounted.poll(0) and has_mounts_inside(self._root):
            return None
        for heard in self._queue.read():
            if heard.mask & (inotify.Q_OVERFLOW | inotify.UNMOUNT):
                return None
            inode = self._inodes.get(heard.watch)
            if inode is None:
                continue
            if heard.mask & inotify.IGNORED:
                self._ignored(heard.watch, inode)
            elif heard.name:
                changed.paths |= {_inside(folder, heard.name) for folder in self._names.get(inode, ())}
            else:
                _note(changed, heard.mask, self._names.get(inode, ()))
        return changed

    def close(self) -> None:
        """Hear nothing more."""
        self._queue.close()
        os.close(self._mounts)

    def _add(self, path: str, at: str, mask: int, found: os.stat_result) -> None:
        if found.st_dev != self._device:
            raise Deaf(f"Another file system is mounted at {self._root}/{path}.")
        try:
            watch = self._queue.add(at, mask)
        except OSError as error:
            limit = "fs.inotify.max_user_watches"
            raise Deaf(f"inotify cannot watch {self._root}/{path}: {error.strerror} (see {limit}).") from error
        if self._places.get(path) != found.st_ino:
            self.leave(path)
        self._places[path] = found.st_ino
        self._names.setdefault(found.st_ino, set()).add(path)
        self._inodes[watch] = found.st_ino
        self._watches[found.st_ino] = watch

    def _ignored(self, watch: int, inode: int) -> None:
        del self._inodes[watch]
        if self._watches.get(inode) == watch:
            del self._watches[inode]


def file_system(root: str) -> str:
    """The kind of file system that a folder is on."""
    place = os.path.realpath(root)
    above = [(point, kind) for point, kind in _mounted() if f"{place}/".startswith(f"{point.rstrip('/')}/")]
    return max(reversed(above), key=lambda mount: len(mount[0]))[1]  # of those at one place the last one is seen


def has_mounts_inside(root: str) -> bool:
    """True if something is mounted below a folder."""
    place = os.path.realpath(root)
    return any(point.startswith(f"{place}/") for point, _ in _mounted())


def _mounted() -> Iterator[tuple[str, str]]:
    """All mount points with the kind of file system; blanks in them are written as ``\\040``."""
    for line in Path(_MOUNTS).read_text(encoding="utf-8", errors="surrogateescape").splitlines():
        before, _, after = line.partition(" - ")
        point = re.sub(r"\\(\d{3})", lambda found: chr(int(found[1], 8)), before.split(" ")[4])
        yield point, after.split(" ")[0]


def _inside(folder: str, name: str) -> str:
    return name if folder == ROOT else f"{folder}/{name}"


def _note(changed: Changed, mask: int, paths: Iterable[str]) -> None:
    changed.paths.update(paths)
    if mask & (inotify.MODIFY | inotify.CLOSE_WRITE):
        changed.written.update(paths)
    if mask & inotify.OPEN:
        changed.opened.update(paths)
