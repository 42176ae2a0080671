"""What an archive or a folder holds. Called by all that compares, packs and checks volumes."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from statusquo.assets.volumes import archive, items, volume
from statusquo.assets.volumes.items import CHUNK, LIMITS, Item, Limits
from statusquo.assets.volumes.volume import Member, Volume
from statusquo.core.errors import DatasetError


def read(path: Path, limits: Limits = LIMITS, exclude: Iterable[str] = ()) -> Volume:
    """What an archive, or a folder, holds. Raises DatasetError, which names the member that is wrong."""
    if path.is_dir():
        return volume.of(map(items.digested, of_folder(path, exclude)))
    if path.is_file() and not path.stat().st_size:
        return Volume({})  # so git gives the base of what both sides added
    with archive.opened(path, limits) as found:
        members = [items.digested(each) for each in found]
    return volume.of(members, is_canonical=found.is_canonical)


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
        items.refuse(items.trouble(path) or _odd(entry), f"{root}: {items.shown(path)}")
        found = entry.stat(follow_symlinks=False)
        is_folder = entry.is_dir(follow_symlinks=False)
        member = Member(path) if is_folder else Member(path, "", found.st_size, bool(found.st_mode & stat.S_IXUSR))
        yield Item(member, is_folder, found.st_mtime, lambda: _file_chunks(root / path))  # noqa: B023  # read before the next
        if is_folder:
            yield from _below(root, f"{path}/", patterns)


def _file_chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from iter(lambda: file.read(CHUNK), b"")


def _odd(entry: os.DirEntry[str]) -> str:
    if entry.is_symlink():
        return "is a link"
    is_plain = entry.is_file(follow_symlinks=False) or entry.is_dir(follow_symlinks=False)
    return "" if is_plain else "is neither a file nor a folder"
