"""The files that a load is asked for, as one dataset: each with a lock that is its own, if it has one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from statusquo.assets import files, introspected, sidecar
from statusquo.assets.dataset import Record
from statusquo.assets.files import Stored
from statusquo.assets.schema import Schema
from statusquo.core.errors import ConfigError, DatasetError


@dataclass(frozen=True, slots=True)
class Source:
    """What is to be loaded, and what the locks say of it."""

    records: tuple[Record, ...]
    schema: Schema
    migrations: dict[str, tuple[str, ...]]
    without_lock: tuple[Path, ...]
    is_of_tables: bool = False
    """Whether one of the locks has its facts from the tables of a database."""


def read(paths: Sequence[Path]) -> Source:
    """The data at these paths. Raises DatasetError, also for a lock of other rows."""
    stored = [files.read(path) for path in paths]
    for each in stored:
        _check(each)
    locks = [each.lock for each in stored if each.lock]
    return Source(
        tuple(record for each in stored for record in each.dataset.records),
        Schema({label: model for lock in locks for label, model in lock.schema.models.items()}),
        {app: names for lock in locks for app, names in lock.migrations.items()},
        tuple(each.path for each in stored if each.lock is None),
        any(lock.facts == "database" for lock in locks),
    )


def chosen(paths: Sequence[Path], dataset: Path | None, here: Path) -> tuple[Path, ...]:
    """The paths that are said, or else the project's *dataset*, as it is seen from *here*. Raises ConfigError."""
    if paths:
        return tuple(paths)
    if dataset is None:
        raise ConfigError(
            "It is not said where the data are.",
            next="Name a file or a folder, or set assets.dataset in statusquo.toml.",
        )
    return (dataset.relative_to(here) if dataset.is_relative_to(here) else dataset,)


def is_for_tables(source: Source, tables: Collection[str]) -> bool:
    """True if the tables of the database, which has these, say what the models of the data are."""
    if source.is_of_tables:
        return True
    return bool(source.without_lock) and introspected.is_wanted(None, tables)


def _check(stored: Stored) -> None:
    lock = stored.lock
    if lock is not None and lock.content != sidecar.content(stored.dataset):
        raise DatasetError(
            f"{stored.lock_path} is not the lock of the rows in {stored.path}.",
            why="Somebody changed one of them without the other.",
            next=f"If the rows are right: 'statusquo lint --fix {stored.path}'.",
        )
