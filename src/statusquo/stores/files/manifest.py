"""What a folder held when it was captured, and which paths of a later scan may differ from it. Pure.

A file whose witness is the same was not written since: programs can set an mtime, but not a ctime. The exception is
a write in the same tick of the file system's clock as the one before it, so what changed in the very tick of a scan
is *racy* and is read again the next time (https://git-scm.com/docs/racy-git).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from statusquo.core.diff import Image
from statusquo.stores.files.scan import Kind, Witness

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

    @property
    def digests(self) -> set[str]:
        """The contents of all its files."""
        return {content for path, content in self.contents.items() if self.seen[path].kind == "file"}

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


def racy(seen: Mapping[str, Witness], paths: Iterable[str], tick: int) -> frozenset[str]:
    """Those of *paths* that might be written once more without getting another witness."""
    found = ((path, seen[path]) for path in paths if path in seen)
    return frozenset(path for path, now in found if now.kind != "folder" and now.ctime_ns >= tick)


def text(path: str) -> str:
    """A path for people to read: bytes that are no UTF-8 shown by their code."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _time(nanoseconds: int) -> str:
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"
