"""Archives that are the same for the same files: members by name, one time, no owner, one of two modes."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePath

from statusquo.assets.volumes import reading, streams, unpacking, volume
from statusquo.assets.volumes.volume import Member, Volume
from statusquo.core.errors import DatasetError


def pack(source: Path, archive: Path, exclude: Iterable[str] = ()) -> tuple[Volume, bool]:
    """Make *archive* hold what the folder *source* holds; what that is, and whether it was written.

    One that holds that already, in this form, is left alone, because another machine's zlib compresses to other bytes.
    Raises DatasetError, and then the archive is as it was.
    """
    streams.compression(archive)
    with prepared(source, archive, exclude) as done:
        return done


@contextmanager
def prepared(source: Path, target: Path, exclude: Iterable[str] = ()) -> Iterator[tuple[Volume, bool]]:
    """The same for an archive or a folder, which is written beside its place, and takes it at the end of the block."""
    patterns = tuple(exclude)
    wanted = reading.read(source, exclude=patterns)
    if target.exists() and holds(target, wanted):
        yield wanted, False
    elif streams.is_archive(target):
        with aside(target) as file:
            write(wanted, {path: source / path for path in wanted.members}, file, target)
            _check_same(reading.read(file), wanted, source)
            yield wanted, True
    else:
        with unpacking.in_place_of(target) as folder:
            _check_same(unpacking.extract(source, folder, exclude=patterns), wanted, source)
            yield wanted, True


def holds(target: Path, wanted: Volume) -> bool:
    """True if the archive or folder holds just that, in canonical form."""
    try:
        found = reading.read(target)
    except DatasetError:
        return False
    return found == wanted


def write(wanted: Volume, places: Mapping[str, Path], file: Path, name: PurePath) -> None:
    """Write the members, whose content is at *places*, into a file that will be called *name*. Raises DatasetError."""
    try:
        with (
            file.open("wb") as raw,
            streams.writing(raw, name) as stream,
            tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar,
        ):
            for path, member in sorted(wanted.members.items()):
                _add(tar, member, places[path])
    except (OSError, tarfile.TarError) as error:
        raise DatasetError(f"{name}: cannot be written.", why=f"{error}.") from error


@contextmanager
def aside(target: Path) -> Iterator[Path]:
    """A place to write to, which takes the place of *target* at the end; after an error nothing is left of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    place = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        yield place
        place.replace(target)
    finally:
        place.unlink(missing_ok=True)


def _check_same(found: Volume, wanted: Volume, source: Path) -> None:
    if found.digests != wanted.digests:
        raise DatasetError(f"{source}: changed while it was packed.", next="Pack it when nobody writes to it.")


def _add(tar: tarfile.TarFile, member: Member, place: Path) -> None:
    info = tarfile.TarInfo(member.path)
    info.mtime = volume.TIME
    if member.is_folder:
        info.type, info.mode = tarfile.DIRTYPE, volume.FOLDER
        tar.addfile(info)
        return
    info.mode, info.size = volume.PROGRAM if member.is_program else volume.FILE, member.size
    with place.open("rb") as file:
        tar.addfile(info, file)
