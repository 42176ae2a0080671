"""The members of an archive, and nothing that could do harm.

Archives are read as if a stranger had made them: what would leave the root, is neither file nor folder, is there
twice, or is too much, is refused with its name. Our checks stand in for the filters of ``tarfile``, which Python before
3.11.4 lacks, and which know nothing of bombs.
"""

from __future__ import annotations

import stat
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from statusquo.assets.volumes import items, streams, volume
from statusquo.assets.volumes.items import CHUNK, LIMITS, Item, Limits
from statusquo.assets.volumes.streams import Bounded
from statusquo.assets.volumes.volume import Member
from statusquo.core.errors import DatasetError

_BLOCK = bytes(tarfile.BLOCKSIZE)
_NEEDED = {"path", "size"}
"""What the old fields of a header may be too short for."""


@contextmanager
def opened(path: Path, limits: Limits = LIMITS) -> Iterator[Archive]:
    """An archive to be read. Raises DatasetError."""
    with streams.reading(path, most=limits.bytes) as stream, _tar(stream, path) as tar:
        yield Archive(path, tar, stream, limits)


def _tar(stream: Bounded, path: Path) -> tarfile.TarFile:
    try:
        with stream.header():
            return tarfile.open(fileobj=cast("BinaryIO", stream), mode="r:", errors="surrogateescape")
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
            items.refuse(items.trouble(info.name) or _odd_member(info), f"{self._path}: {items.shown(info.name)}")
            if not path:
                continue  # the root itself
            items.refuse(self._clash(path, is_folder=info.isdir()), f"{self._path}: {items.shown(info.name)}")
            self._look_at_form(info, path)
            yield self._item(info, path)

    def _members(self) -> Iterator[tarfile.TarInfo]:
        while True:
            try:
                with self._stream.header():
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
        while self._stream.read(CHUNK):
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
            yield from iter(lambda: content.read(CHUNK) if content else b"", b"")
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
        after = f" after {items.shown(self._last)}" if self._last else ""
        return DatasetError(f"{self._path}: damaged or cut off{after}: {why}.", next=_NEXT)


def _odd_member(info: tarfile.TarInfo) -> str:
    if info.issym() or info.islnk():
        return f"is a link, to {items.shown(info.linkname)}"
    if info.issparse() or not (info.isreg() or info.isdir()):
        return "is neither a file nor a folder"
    return ""
