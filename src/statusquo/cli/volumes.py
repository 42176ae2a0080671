"""What commands do with the volumes of a dataset: find them through its lock, note them there, merge them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePath

from statusquo.assets import sidecar
from statusquo.assets.changes import Change
from statusquo.assets.files import Stored
from statusquo.assets.volumes import merging, packing, reading, streams, unpacking
from statusquo.assets.volumes.merging import Merged
from statusquo.assets.volumes.volume import Volume
from statusquo.cli import git
from statusquo.core.errors import DatasetError


def found(stored: Stored) -> dict[str, Volume | DatasetError]:
    """What the volumes of the lock hold, or why that cannot be read."""
    return {name: _read(path) for name, path in stored.volumes.items()}


def plan_note(stored: Stored, volumes: Sequence[Path]) -> Change:
    """What notes the volumes in the lock, as they are now. Raises DatasetError."""
    if stored.lock is None:
        what = f"{stored.path} has no lock to note its files in."
        raise DatasetError(what, next="Dump the data, which writes one.")
    held = {name_of(each, stored.path.parent): reading.read(each).digests for each in volumes}
    noted = dict(sorted({**stored.lock.volumes, **held}.items()))
    return Change(stored.lock_path, sidecar.write(replace(stored.lock, volumes=noted)))


@contextmanager
def as_folder(source: Path) -> Iterator[Path]:
    """A folder, or what an archive holds as one. Raises DatasetError."""
    if source.is_dir():
        yield source
        return
    with tempfile.TemporaryDirectory(prefix="statusquo-") as scratch:
        unpacking.unpack(source, Path(scratch))
        yield Path(scratch)


def merge(three: Sequence[Path], target: Path, name: PurePath) -> Merged:
    """Merge three archives or folders by file into *target*, an archive that is called *name*. Raises DatasetError."""
    merged = merging.merge(*(reading.read(each) for each in three))
    _, ours, theirs = three
    with as_folder(ours) as of_ours, as_folder(theirs) as of_theirs, packing.aside(target) as file:
        roots = {"ours": of_ours, "theirs": of_theirs}
        places = {path: roots[merged.sides[path]] / path for path in merged.volume.members}
        packing.write(merged.volume, places, file, name)
    return merged


def conflicted() -> tuple[str, ...]:
    """The archives of the repository that are in conflict, named from the top."""
    return tuple(each for each in git.unmerged() if streams.is_archive(PurePath(each)))


def merge_staged(name: str) -> Merged:
    """Merge an archive that is in conflict, from the index into the work tree."""
    with tempfile.TemporaryDirectory(prefix="statusquo-") as scratch:
        three = [Path(scratch, stage) for stage in ("base", "ours", "theirs")]
        for place, stage in zip(three, (git.STAGES.base, git.STAGES.ours, git.STAGES.theirs), strict=True):
            place.write_bytes(git.show(stage, name) or b"")
        return merge(three, git.root() / name, PurePath(name))


_WORDS: dict[merging.Reason, str] = {
    "changed": "both sides changed it; it is ours now",
    "deleted": "one side deleted it, the other changed it; it is kept",
    "shadowed": "it is a file on one side and a folder on the other; it is ours now",
}


def problems(merged: Merged, name: str) -> Iterator[str]:
    """A line for each file that people must decide about, and how they write what they decide."""
    yield from (f"{name}: {path}: {_WORDS[reason]}" for path, reason in sorted(merged.conflicts.items()))
    if merged.conflicts:
        yield f"{name}: when you have decided: statusquo volume pack FOLDER {name} --data DATA"


def _read(path: Path) -> Volume | DatasetError:
    try:
        return reading.read(path)
    except DatasetError as error:
        return error


def name_of(path: Path, folder: Path) -> str:
    """What a lock in *folder* calls a volume."""
    return PurePath(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
