"""Unpacks an archive: all of it or nothing. First beside its place, then by renaming."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from statusquo.assets.volumes import archive as archives
from statusquo.assets.volumes import items, reading, volume
from statusquo.assets.volumes.items import LIMITS, Item, Limits
from statusquo.assets.volumes.volume import Member, Volume
from statusquo.core.errors import DatasetError


def unpack(archive: Path, folder: Path, limits: Limits = LIMITS) -> Volume:
    """Put what the archive holds into a folder, beside what is there; files of the same names are replaced.

    Raises DatasetError for an archive that is not safe or not whole, and then the folder is as it was.
    """
    try:
        with _beside(folder) as aside:
            found = extract(archive, aside, limits)
            _place(aside, folder, found)
    except OSError as error:
        raise DatasetError(f"{archive}: cannot be unpacked into {folder}.", why=f"{error}.") from error
    return found


def extract(source: Path, folder: Path, limits: Limits = LIMITS, exclude: Iterable[str] = ()) -> Volume:
    """Write what an archive or another folder holds into an empty folder.

    Raises DatasetError and OSError, and leaves what is written by then.
    """
    if source.is_dir():
        return volume.of([_write(each, folder) for each in reading.of_folder(source, exclude)])
    if not source.stat().st_size:
        return Volume({})
    with archives.opened(source, limits) as found:
        return volume.of([_write(each, folder) for each in found])


@contextmanager
def in_place_of(folder: Path) -> Iterator[Path]:
    """An empty folder that takes the place of another at the end; after an error nothing is left of it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".unpacking-", dir=folder.parent) as aside:
        new, old = Path(aside, "new"), Path(aside, "old")
        new.mkdir(mode=volume.FOLDER)
        yield new
        if folder.exists():
            folder.rename(old)
        new.rename(folder)


def _write(item: Item, folder: Path) -> Member:
    place = folder / item.member.path
    if item.is_folder:
        place.mkdir(parents=True, exist_ok=True)
        place.chmod(volume.FOLDER)
        return item.member
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("xb") as file:  # where case does not count, two names may be one file
        member = items.digested(item, file.write)
    place.chmod(volume.PROGRAM if member.is_program else volume.FILE)
    os.utime(place, (item.time, item.time))
    return member


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """An empty folder in the same file system, gone at the end."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=folder if folder.exists() else folder.parent))
    try:
        aside.chmod(volume.FOLDER)
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _place(aside: Path, folder: Path, found: Volume) -> None:
    if not folder.exists():
        aside.rename(folder)
        return
    for path, member in found.members.items():
        _check(folder / path, member)
    for path, member in found.members.items():
        if member.is_folder:
            (folder / path).mkdir(mode=volume.FOLDER, exist_ok=True)
        else:
            (aside / path).replace(folder / path)


def _check(place: Path, member: Member) -> None:
    """Return if the member can be put there without following a link. Raises DatasetError."""
    try:
        found = place.lstat().st_mode
    except FileNotFoundError:
        return
    if stat.S_ISDIR(found) != member.is_folder or stat.S_ISLNK(found):
        what = "a folder" if stat.S_ISDIR(found) else "a link" if stat.S_ISLNK(found) else "a file"
        wanted = "a folder" if member.is_folder else "a file"
        raise DatasetError(f"{place} is {what}, and {wanted} in the archive.", next="Remove it, or unpack elsewhere.")
