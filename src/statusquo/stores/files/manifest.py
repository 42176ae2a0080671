"""What a folder holds, seen without reading a file: one ``lstat`` for each path, and what can be told from it.

A file whose witness is the same was not written since: programs can set an mtime, but not a ctime. The exception is
a write in the same tick of the file system's clock as the one before it, so what changed in the very tick of the scan
is *racy* and is read again the next time (https://git-scm.com/docs/racy-git).
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, NamedTuple

from statusquo.core.diff import Image

Kind = Literal["file", "folder", "link"]
UNREAD = "not read"
"""Content that was not looked at, because its size alone says that it differs, or that nobody may read."""
ROOT = "."


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


@dataclass(frozen=True, slots=True)
class Entry:
    """The state of a path that a rewind puts back. The mtime of a folder is put back too, but is no change in itself:
    it tells of files that came or went, and those that did not stay are nobody's business."""

    kind: Kind
    mode: int
    owner: tuple[int, int]
    size: int
    content: str
    """The SHA-256 of a file, the target of a link."""
    mtime_ns: int
    names: tuple[str, ...]
    """The other paths of the same inode, in order."""

    @property
    def image(self) -> Image:
        """The entry for people to read."""
        shown = {"kind": str(self.kind), "mode": f"{self.mode:04o}", "owner": f"{self.owner[0]}:{self.owner[1]}"}
        match self.kind:
            case "file":
                shown |= {"size": str(self.size), "sha256": self.content, "mtime": _time(self.mtime_ns)}
            case "link":
                shown |= {"target": text(self.content), "mtime": _time(self.mtime_ns)}
        return {**shown, "hard links": ", ".join(map(text, self.names))} if self.names else shown


@dataclass(frozen=True, slots=True)
class Manifest:
    """The paths of a folder with their witnesses, and what is known of those that have content."""

    seen: Mapping[str, Witness] = field(default_factory=dict)
    contents: Mapping[str, str] = field(default_factory=dict)
    """Of files the SHA-256, of links the target."""
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of files with hard links the other paths."""
    racy: frozenset[str] = frozenset()
    """Paths whose witness does not vouch for their content yet."""

    def entry(self, path: str) -> Entry | None:
        """The state of *path*; ``None`` if it is not in the folder."""
        witness = self.seen.get(path)
        return entry(witness, self.contents.get(path, ""), self.names.get(path, ())) if witness else None


@dataclass(frozen=True, slots=True)
class Suspects:
    """The paths that may differ from a manifest, in order."""

    extra: tuple[str, ...]
    missing: tuple[str, ...]
    doubtful: tuple[str, ...]
    """They are there in both, but not with the same witness; or they were racy."""

    @property
    def all(self) -> tuple[str, ...]:
        """All of them, in order."""
        return tuple(sorted((*self.extra, *self.missing, *self.doubtful)))


def scan(root: str, locked: Callable[[str], object]) -> dict[str, Witness]:
    """Every file, folder and link below *root*, which is the path ``.``; empty if there is no such folder.

    Links are not followed, *root* included. *locked* is called with a folder that cannot be listed, before it is
    tried once more. Raises OSError.
    """
    try:
        seen = {ROOT: witness(os.lstat(root))}
    except FileNotFoundError:
        return {}
    if seen[ROOT].kind != "folder":
        raise NotADirectoryError(errno.ENOTDIR, "It is not a folder any more", root)
    folders = [""]
    while folders:
        prefix = folders.pop()
        for name, found in _entries(f"{root}/{prefix}"[:-1], locked):
            path = prefix + name
            if stat.S_ISDIR(found.st_mode):
                folders.append(path + "/")
            elif not stat.S_ISREG(found.st_mode) and not stat.S_ISLNK(found.st_mode):
                continue
            seen[path] = witness(found)
    return seen


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


def compare(then: Manifest, seen: Mapping[str, Witness]) -> Suspects:
    """The paths that may differ. Pure."""
    known = then.seen
    doubtful = {path for path, found in seen.items() if path in known and known[path] != found}
    return Suspects(
        tuple(sorted(seen.keys() - known.keys())),
        tuple(sorted(known.keys() - seen.keys())),
        tuple(sorted(doubtful | (then.racy & seen.keys()))),
    )


def entry(found: Witness, content: str, names: tuple[str, ...]) -> Entry:
    """The state that a witness and the content tell."""
    kind = found.kind
    return Entry(
        kind,
        stat.S_IMODE(found.mode),
        (found.uid, found.gid),
        found.size if kind == "file" else 0,
        content,
        0 if kind == "folder" else found.mtime_ns,
        names,
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


def text(path: str) -> str:
    """A path for people to read: bytes that are no UTF-8 shown by their code."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


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


def _time(nanoseconds: int) -> str:
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"
