"""What an archive or a folder holds, member by member, and nothing that could do harm.

Archives are read as if a stranger had made them: what would leave the root, is neither file nor folder, is there
twice, or is too much, is refused with its name. Our checks stand in for the filters of ``tarfile``, which Python before
3.11.4 lacks, and which know nothing of bombs.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tarfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import BinaryIO, cast

from statusquo.assets.volumes import streams, volume
from statusquo.assets.volumes.streams import Bounded
from statusquo.assets.volumes.volume import Member, Volume
from statusquo.core.errors import DatasetError

_CHUNK = 2**18
_BLOCK = bytes(tarfile.BLOCKSIZE)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an archive may unpack to."""

    bytes: int = 4 * 2**30
    members: int = 500_000


@dataclass(frozen=True, slots=True)
class Item:
    """A member as it is found, whose content can be read until the next one is."""

    member: Member
    """Without its digest."""
    is_folder: bool
    time: float
    chunks: Callable[[], Iterator[bytes]]


LIMITS = Limits()


def read(path: Path, limits: Limits = LIMITS, exclude: Iterable[str] = ()) -> Volume:
    """What an archive, or a folder, holds. Raises DatasetError, which names the member that is wrong."""
    if path.is_dir():
        return volume.of(map(digested, of_folder(path, exclude)))
    if path.is_file() and not path.stat().st_size:
        return Volume({})  # so git gives the base of what both sides added
    with opened(path, limits) as archive:
        members = [digested(each) for each in archive]
    return volume.of(members, is_canonical=archive.is_canonical)


def digested(item: Item, also: Callable[[bytes], object] = lambda chunk: None) -> Member:
    """The member with its digest; *also* gets each piece of its content."""
    if item.is_folder:
        return item.member
    digest = hashlib.sha256()
    for chunk in item.chunks():
        digest.update(chunk)
        also(chunk)
    return Member(item.member.path, digest.hexdigest(), item.member.size, item.member.is_program)


def of_folder(root: Path, exclude: Iterable[str] = ()) -> Iterator[Item]:
    """The members of a folder in the order of their names, without those that a pattern excludes."""
    patterns = tuple(exclude)
    try:
        yield from _below(root, "", patterns)
    except OSError as error:
        raise DatasetError(f"{error.filename}: cannot be read.", why=f"{error.strerror}.") from error


def _below(root: Path, prefix: str, patterns: tuple[str, ...]) -> Iterator[Item]:
    for entry in sorted(os.scandir(root / prefix), key=lambda each: each.name):
        path = prefix + entry.name
        if any(fnmatchcase(path, each) or fnmatchcase(entry.name, each) for each in patterns):
            continue
        _refuse(trouble(path) or _odd(entry), f"{root}: {_shown(path)}")
        found = entry.stat(follow_symlinks=False)
        is_folder = entry.is_dir(follow_symlinks=False)
        member = Member(path) if is_folder else Member(path, "", found.st_size, bool(found.st_mode & stat.S_IXUSR))
        yield Item(member, is_folder, found.st_mtime, lambda: _file_chunks(root / path))  # noqa: B023  # read before the next
        if is_folder:
            yield from _below(root, f"{path}/", patterns)


def _file_chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from iter(lambda: file.read(_CHUNK), b"")


def _odd(entry: os.DirEntry[str]) -> str:
    if entry.is_symlink():
        return "is a link"
    is_plain = entry.is_file(follow_symlinks=False) or entry.is_dir(follow_symlinks=False)
    return "" if is_plain else "is neither a file nor a folder"


@contextmanager
def opened(path: Path, limits: Limits = LIMITS) -> Iterator[Archive]:
    """An archive to be read. Raises DatasetError."""
    with streams.reading(path, most=limits.bytes) as stream:
        try:
            with tarfile.open(fileobj=cast("BinaryIO", stream), mode="r:", errors="surrogateescape") as tar:
                yield Archive(path, tar, stream, limits)
        except (tarfile.TarError, ValueError, RecursionError) as error:
            raise DatasetError(f"{path}: no tar archive: {error}.", next=_NEXT) from error


_NEXT = "It must be a tar archive of files and folders below its root: plain, gz, bz2, xz or zst."


class Archive:
    """The members of an archive in its order, each checked before it is given out."""

    def __init__(self, path: Path, tar: tarfile.TarFile, stream: Bounded, limits: Limits) -> None:
        self.is_canonical = True
        self._path, self._tar, self._stream, self._limits = path, tar, stream, limits
        self._seen: dict[str, bool] = {}
        self._last = ""

    def __iter__(self) -> Iterator[Item]:
        for info in self._members():
            path = "/".join(part for part in info.name.split("/") if part not in {"", "."})
            _refuse(trouble(info.name) or _odd_member(info), f"{self._path}: {_shown(info.name)}")
            if not path:
                continue  # the root itself
            _refuse(self._clash(path, is_folder=info.isdir()), f"{self._path}: {_shown(info.name)}")
            self._look_at_form(info, path)
            yield self._item(info, path)

    def _members(self) -> Iterator[tarfile.TarInfo]:
        while True:
            try:
                info = self._tar.next()
            except (tarfile.TarError, ValueError, RecursionError) as error:
                raise self._damaged(str(error)) from error
            if info is None:
                break
            if info.size < 0 or info.offset_data + info.size > self._limits.bytes:
                raise self._stream.too_much()
            if len(self._seen) >= self._limits.members:
                raise DatasetError(f"{self._path}: it has more than {self._limits.members:,} members.")
            yield info
            self._tar.members.clear()  # type: ignore[attr-defined]  # else it keeps all of them
        self._look_at_end()

    def _look_at_end(self) -> None:
        """Return if this is the end: ``tarfile`` takes a broken header for it, and reads no checksum behind it."""
        self._stream.seek(self._tar.offset)
        if self._stream.read(len(_BLOCK)) != _BLOCK:
            raise self._damaged("there is no end mark where its members end")
        while self._stream.read(_CHUNK):
            pass

    def _item(self, info: tarfile.TarInfo, path: str) -> Item:
        self._last = path
        if info.isdir():
            return Item(Member(path), True, info.mtime, lambda: iter(()))
        member = Member(path, "", info.size, bool(info.mode & stat.S_IXUSR))
        return Item(member, False, info.mtime, lambda: self._chunks(info))

    def _chunks(self, info: tarfile.TarInfo) -> Iterator[bytes]:
        content = self._tar.extractfile(info)
        try:
            yield from iter(lambda: content.read(_CHUNK) if content else b"", b"")
        except tarfile.TarError as error:
            raise self._damaged(str(error)) from error

    def _clash(self, path: str, *, is_folder: bool) -> str:
        """Why the member cannot be there beside those before it."""
        if path in self._seen and not (is_folder and self._seen[path]):
            return "is there twice"
        if not all(self._seen.setdefault(each, True) for each in volume.parents(path)):
            return "is below a file"
        self._seen[path] = is_folder
        return ""

    def _look_at_form(self, info: tarfile.TarInfo, path: str) -> None:
        mode = volume.FOLDER if info.isdir() else volume.PROGRAM if info.mode & stat.S_IXUSR else volume.FILE
        plain = (info.name, info.mode, info.mtime, info.uid, info.gid, info.uname, info.gname)
        is_plain = plain == (path, mode, volume.TIME, 0, 0, "", "") and info.pax_headers.keys() <= _NEEDED
        self.is_canonical = self.is_canonical and is_plain and path > self._last

    def _damaged(self, why: str) -> DatasetError:
        after = f" after {_shown(self._last)}" if self._last else ""
        return DatasetError(f"{self._path}: damaged or cut off{after}: {why}.", next=_NEXT)


_NEEDED = {"path", "size"}
"""What the old fields of a header may be too short for."""


def trouble(path: str) -> str:
    """Why no member may be called so; empty if one may."""
    if path.startswith("/"):
        return "is an absolute path"
    if ".." in path.split("/"):
        return "would leave the folder"
    try:
        path.encode()
    except UnicodeEncodeError:
        return "is not UTF-8"
    return "has a zero byte in its name" if "\0" in path else ""


def _odd_member(info: tarfile.TarInfo) -> str:
    if info.issym() or info.islnk():
        return f"is a link, to {_shown(info.linkname)}"
    if info.issparse() or not (info.isreg() or info.isdir()):
        return "is neither a file nor a folder"
    return ""


def _refuse(why: str, what: str) -> None:
    if why:
        raise DatasetError(f"{what} {why}.", next="Nothing was written.")


def _shown(path: str) -> str:
    return os.fsencode(path).decode("utf-8", "backslashreplace")
