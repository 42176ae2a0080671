"""A dataset on disk: one file, or a folder with a file for each app or model, and the lock beside it.

Reading is all or nothing. What is written is planned as changes, lock included, and applied by the caller.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from statusquo.assets import canonical, declared, formats, labels, sidecar
from statusquo.assets.changes import Change
from statusquo.assets.dataset import Dataset, Record
from statusquo.assets.declared import References
from statusquo.assets.formats import Format
from statusquo.assets.sidecar import Lock
from statusquo.core.errors import DatasetError

Split = Literal["app", "model"]


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a dataset, as it is."""

    path: Path
    content: bytes
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """A dataset as it was found: its files, its rows with all that is known of them, its lock if it has one."""

    path: Path
    sources: tuple[Source, ...]
    dataset: Dataset
    lock: Lock | None = None

    @property
    def lock_path(self) -> Path:
        """Where its lock is, or would be."""
        return sidecar.path_of(self.path)

    @property
    def volumes(self) -> dict[str, Path]:
        """Where the volumes are that its lock names, by these names."""
        return {name: self.path.parent / name for name in self.lock.volumes} if self.lock else {}


def read(path: Path, said: References | None = None) -> Stored:
    """The dataset at a path: a file, or a folder of files; with the references that the project has *said*, if that
    is known, else those of the lock. Raises DatasetError with file and line, ConfigError.
    """
    return with_lock(read_rows(path), read_lock(path), said)


def read_rows(path: Path) -> Stored:
    """The dataset without what its lock says. Raises DatasetError with file and line."""
    paths = _files(path) if path.is_dir() else (path,)
    sources = tuple(_source(each) for each in paths)
    return Stored(path, sources, Dataset(tuple(record for source in sources for record in source.records)))


def with_lock(stored: Stored, lock: Lock | None, said: References | None = None) -> Stored:
    """The dataset with what a lock says of it: facts, and the keys of rows that have a label."""
    known = replace(lock, schema=declared.apply(lock.schema, said)) if lock and said is not None else lock
    return replace(stored, lock=lock, dataset=known_by(known, stored.dataset.records))


def known_by(lock: Lock | None, records: Iterable[Record]) -> Dataset:
    """Rows of files as a dataset, by what a lock says of them. Raises DatasetError."""
    if lock is None:
        return Dataset(tuple(records))
    return labels.resolve(Dataset(tuple(records), lock.schema, lock.order), lock.labels, lock.numbers)


def read_lock(path: Path) -> Lock | None:
    """The lock of the dataset at a path; None if it has none. Raises DatasetError."""
    lock = sidecar.path_of(path)
    return sidecar.read(formats.decode(_bytes(lock), str(lock)), str(lock)) if lock.is_file() else None


def owner(path: Path) -> Path:
    """The dataset that a file belongs to: of a lock the one beside it, of a file in a split folder the folder."""
    if path.name.endswith(sidecar.SUFFIX):
        stem = path.name.removesuffix(sidecar.SUFFIX)
        beside = (path.with_name(stem), *(path.with_name(stem + suffix) for suffix in formats.SUFFIXES))
        return next((each for each in beside if each.exists()), path)
    folder = path.absolute().parent
    is_split = sidecar.path_of(folder).is_file() and not any(
        folder.with_name(folder.name + suffix).exists() for suffix in formats.SUFFIXES
    )
    return path.parent if is_split else path


def plan_rewrite(stored: Stored, dataset: Dataset) -> tuple[Change, ...]:
    """What makes the files hold *dataset*: each row stays in the file it came from. XML is left as it is."""
    arranged = canonical.arrange(dataset)
    by_file: dict[str, list[Record]] = {}
    for record in arranged.records:
        by_file.setdefault(record.place.file, []).append(record)
    texts = (
        Change(source.path, labels.writing(arranged, write)(by_file.get(str(source.path), ())))
        for source in stored.sources
        for write in (formats.of(source.path).write,)
        if write is not None
    )
    return (*texts, *_lock_change(stored.path, arranged, stored.lock))


def plan_conversion(stored: Stored, target: Path, *, split: Split | None, format: Format) -> tuple[Change, ...]:
    """What writes the dataset at *target*: one file, or split in a folder; with its lock if it has one.

    Raises DatasetError if the format is only read.
    """
    return plan_files(target, canonical.arrange(stored.dataset), _moved(stored, target), split=split, format=format)


def plan_files(
    target: Path, arranged: Dataset, lock: Lock | None, *, split: Split | None, format: Format
) -> tuple[Change, ...]:
    """What writes a dataset that is in its one form at *target*, with its lock like that one. Raises DatasetError."""
    if format.write is None:
        raise DatasetError(f"{target}: {format.name} is only read.", next="Write json, jsonl or yaml.")
    write = labels.writing(arranged, format.write)
    if split is None:
        return (Change(target, write(arranged.records)), *_lock_change(target, arranged, lock))
    parts: dict[str, list[Record]] = {}
    for record in arranged.records:
        parts.setdefault(record.app if split == "app" else record.model, []).append(record)
    files = {target / f"{name}{format.suffixes[0]}": write(records) for name, records in parts.items()}
    stale = (Change(path, None) for path in (_files(target) if target.is_dir() else ()) if path not in files)
    texts = (Change(path, text) for path, text in files.items())
    return (*texts, *stale, *_lock_change(target, arranged, lock))


def _moved(stored: Stored, target: Path) -> Lock | None:
    """The lock as it is where *target* stands: from there its volumes have other paths."""
    if stored.lock is None:
        return None
    here = target.parent.resolve()
    names = {name: Path(os.path.relpath(path.resolve(), here)).as_posix() for name, path in stored.volumes.items()}
    return replace(stored.lock, volumes={names[name]: held for name, held in stored.lock.volumes.items()})


def _lock_change(path: Path, arranged: Dataset, lock: Lock | None) -> Sequence[Change]:
    return [Change(sidecar.path_of(path), sidecar.write(sidecar.of_arranged(arranged, lock)))] if lock else []


def _files(folder: Path) -> tuple[Path, ...]:
    found = (path for path in folder.iterdir() if path.suffix in formats.SUFFIXES and path.is_file())
    return tuple(sorted(path for path in found if not path.name.endswith(sidecar.SUFFIX)))


def _source(path: Path) -> Source:
    content = _bytes(path)
    return Source(path, content, formats.read(content, str(path)))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read.", why=f"{error.strerror}.") from error
