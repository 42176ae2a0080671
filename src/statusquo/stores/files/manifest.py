"""What a folder held when it was captured, and which paths of a later scan may differ from it. Pure.

A file whose witness is the same was not written since: programs can set an mtime, but not a ctime. The exception is
a write in the same tick of the file system's clock as the one before it, so what changed in the very tick of a scan
is *racy* and is read again the next time (https://git-scm.com/docs/racy-git).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeVar

from statusquo.core.diff import Image
from statusquo.stores.files import scan
from statusquo.stores.files.scan import Kind, Witness
from statusquo.stores.files.xattrs import Xattrs

T = TypeVar("T")
UNREAD = "not read"
"""Content that was not looked at, because its size alone says that it differs, or that nobody may read."""


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
    xattrs: Xattrs = field(default_factory=dict)

    @property
    def image(self) -> Image:
        """The entry for people to read."""
        shown = {"kind": str(self.kind), "mode": f"{self.mode:04o}", "owner": f"{self.owner[0]}:{self.owner[1]}"}
        match self.kind:
            case "file":
                shown |= {"size": str(self.size), "sha256": self.content, "mtime": _time(self.mtime_ns)}
            case "link":
                shown |= {"target": text(self.content), "mtime": _time(self.mtime_ns)}
        shown |= {"hard links": ", ".join(map(text, self.names))} if self.names else {}
        return shown | {f"xattr {name}": repr(value) for name, value in sorted(self.xattrs.items())}


@dataclass(frozen=True, slots=True)
class Manifest:
    """The paths of a folder with their witnesses, and what is known of those that have content."""

    seen: Mapping[str, Witness] = field(default_factory=dict)
    contents: Mapping[str, str] = field(default_factory=dict)
    """Of files the SHA-256, of links the target."""
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of files with hard links the other paths."""
    xattrs: Mapping[str, Xattrs] = field(default_factory=dict)
    """Of paths that have any."""
    racy: frozenset[str] = frozenset()
    """Paths whose witness does not vouch for their content yet."""

    @property
    def digests(self) -> set[str]:
        """The contents of all its files."""
        return {content for path, content in self.contents.items() if self.seen[path].kind == "file"}

    def entry(self, path: str) -> Entry | None:
        """The state of *path*; ``None`` if it is not in the folder."""
        witness = self.seen.get(path)
        if witness is None:
            return None
        return entry(witness, self.contents.get(path, ""), self.names.get(path, ()), self.xattrs.get(path, {}))


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


def compare(
    then: Manifest, seen: Mapping[str, Witness], *, among: AbstractSet[str] | None, read: AbstractSet[str]
) -> Suspects:
    """The paths that may differ *among* some, or all (``None``); those to *read* may, whatever their witness says."""
    known = then.seen
    if among is None:
        paths, read = {*seen, *known}, read | then.racy
    else:
        paths = {*among, *read}
    doubtful = {
        path for path in paths if path in known and path in seen and (path in read or known[path] != seen[path])
    }
    doubtful |= {twin for path in doubtful for twin in then.names.get(path, ()) if twin in seen}
    return Suspects(
        tuple(sorted(path for path in paths if path in seen and path not in known)),
        tuple(sorted(path for path in paths if path in known and path not in seen)),
        tuple(sorted(doubtful)),
    )


def entry(found: Witness, content: str, names: tuple[str, ...], xattrs: Xattrs) -> Entry:
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
        xattrs,
    )


def renewed(
    outer: Manifest,
    seen: Mapping[str, Witness],
    suspects: Suspects,
    contents: Mapping[str, str],
    *,
    xattrs: Mapping[str, Xattrs],
    tick: int,
) -> Manifest:
    """The manifest of what is *seen* now, knowing of the *suspects* anew and of all else what *outer* knows."""
    paths = suspects.all
    return Manifest(
        dict(seen),
        _renewed(outer.contents, paths, contents),
        _renewed(outer.names, paths, scan.hard_links(seen, (path for path in paths if path in seen))),
        _renewed(outer.xattrs, paths, xattrs),
        outer.racy.difference(paths) | _racy(seen, paths, tick),
    )


def reseen(held: Manifest, seen: Mapping[str, Witness], paths: AbstractSet[str], *, tick: int) -> Manifest:
    """The same manifest with the witnesses that *paths* have now, if they tell the same state."""
    there = ((path, held.seen[path], seen.get(path)) for path in paths if path in held.seen)
    back = {path: now for path, then, now in there if now and then.tells_like(now)}
    return replace(held, seen={**held.seen, **back}, racy=held.racy - paths | _racy(seen, back, tick))


def _renewed(outer: Mapping[str, T], paths: Iterable[str], new: Mapping[str, T]) -> dict[str, T]:
    known = dict(outer)
    for path in paths:
        known.pop(path, None)
    known.update(new)
    return known


def _racy(seen: Mapping[str, Witness], paths: Iterable[str], tick: int) -> frozenset[str]:
    """Those of *paths* that might be written once more without getting another witness."""
    found = ((path, seen[path]) for path in paths if path in seen)
    return frozenset(path for path, now in found if now.kind != "folder" and now.ctime_ns >= tick)


def text(path: str) -> str:
    """A path for people to read: bytes that are no UTF-8 shown by their code."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _time(nanoseconds: int) -> str:
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"
