"""What a folder holds now, seen without reading a file: one ``lstat`` for each path. Every rewind reads one."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

Kind = Literal["file", "folder", "link"]
ROOT = "."
"""The path of the folder itself."""


class Witness(NamedTuple):
    """What ``lstat`` says of a path. Ten thousand are made for each rewind: tuples are made and compared in C."""

    inode: int
    mode: int
    size: int
    mtime_ns: int
    ctime_ns: int
    links: int
    uid: int
    gid: int

    @property
    def kind(self) -> Kind:
        """What it is; sockets, pipes and devices are not in a manifest."""
        return "folder" if stat.S_ISDIR(self.mode) else "link" if stat.S_ISLNK(self.mode) else "file"

    def tells_like(self, other: Witness) -> bool:
        """True if both tell the same of all that can be put back; a folder's size cannot."""
        if (self.mode, self.mtime_ns, self.uid, self.gid) != (other.mode, other.mtime_ns, other.uid, other.gid):
            return False
        return self.kind == "folder" or self.size == other.size


def read(
    root: str, below: str = ROOT, *, locked: Callable[[str], object], entered: Callable[[str], object]
) -> dict[str, Witness]:
    """Every file, folder and link of *root* from the folder *below* it on; empty if there is no such folder.

    Links are not followed, *root* included. *entered* is called with each folder before it is listed, *locked* with
    one that cannot be listed, before it is tried once more. Raises OSError.
    """
    try:
        seen = {below: witness(os.lstat(f"{root}/{below}" if below != ROOT else root))}
    except FileNotFoundError:
        return {}
    if seen[below].kind != "folder":
        raise NotADirectoryError(errno.ENOTDIR, "It is not a folder any more", root)
    folders = [below]
    while folders:
        folder = folders.pop()
        entered(folder)
        prefix = "" if folder == ROOT else f"{folder}/"
        for name, found in _entries(f"{root}/{prefix}"[:-1], locked):
            path = prefix + name
            if stat.S_ISDIR(found.st_mode):
                folders.append(path)
            elif not is_kept(found):
                continue
            seen[path] = witness(found)
    return seen


def is_kept(found: os.stat_result) -> bool:
    """True for files, folders and links: sockets, pipes and devices are left alone."""
    return stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode) or stat.S_ISLNK(found.st_mode)


def witness(found: os.stat_result) -> Witness:
    """The witness that a ``stat`` gives."""
    return Witness(
        found.st_ino,
        found.st_mode,
        found.st_size,
        found.st_mtime_ns,
        found.st_ctime_ns,
        found.st_nlink,
        found.st_uid,
        found.st_gid,
    )


def hard_links(seen: Mapping[str, Witness], paths: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """For each of *paths* that is one file with others of them: those others, in order."""
    groups: dict[int, list[str]] = {}
    for path in paths:
        found = seen[path]
        if found.links > 1 and found.kind == "file":
            groups.setdefault(found.inode, []).append(path)
    several = (sorted(group) for group in groups.values() if len(group) > 1)
    return {path: tuple(name for name in group if name != path) for group in several for path in group}


def target(link: Path) -> str:
    """Where a link leads, as it says itself."""
    return os.readlink(link)  # noqa: PTH115  # Path would tidy it: ./a//b


def _entries(folder: str, locked: Callable[[str], object]) -> Iterator[tuple[str, os.stat_result]]:
    try:
        listing = os.scandir(folder)
    except PermissionError:
        locked(folder)
        listing = os.scandir(folder)
    with listing:
        for each in listing:
            try:
                yield each.name, each.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue  # it went after the folder was listed
