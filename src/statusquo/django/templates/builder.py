"""Makes the test databases of a worker: by Django once, then as copies. The guard calls it in Django's place."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connections
from django.db.backends.base.creation import BaseDatabaseCreation
from filelock import FileLock

from statusquo.core import fingerprint
from statusquo.django.templates import digest, shelves
from statusquo.django.templates.shelves import Shelf

_LOCK = ".lock"

Make = Callable[..., object]
"""Django's way to make a test database."""


class Builder:
    """One for each process; *folder* is that of all processes of a *project*, and is made when it is needed."""

    def __init__(self, folder: Path, project: str) -> None:
        self._folder = folder
        self._project = project

    def create(self, make: Make, creation: BaseDatabaseCreation, *args: Any, **kwargs: Any) -> object:
        """Have a test database as *make* makes it, and a connection. With ``keepdb``, too: a copy is fresh."""
        made = self._made(partial(make, creation, *args), creation, kwargs)
        creation.connection.ensure_connection()
        return made

    def _made(self, make: Make, creation: BaseDatabaseCreation, asked: Mapping[str, Any]) -> object:
        alias, prefix = creation.connection.alias, self._prefix(creation.connection.alias)
        self._folder.mkdir(parents=True, exist_ok=True)
        shelf = shelves.of(alias, self._folder)
        try:
            name = prefix + digest.of(creation.connection, server=shelf.version())[:16] if shelf else ""
        except DatabaseError:  # nothing but the project's own databases can be connected to
            name = ""
        if not (shelf and name):
            return make(**asked)
        build = partial(self._build, shelf, name, make=partial(make, **{**asked, "keepdb": False}))
        with self._locked(alias):
            if not shelf.has(name):
                return build()
        try:
            return shelf.load(name)
        except shelves.FAILURES:  # it is damaged, or another run has removed it
            with self._locked(alias):
                return build()

    def _build(self, shelf: Shelf, name: str, *, make: Callable[[], object]) -> object:
        """Have Django make a test database, and save it in the place of older templates."""
        made = make()
        try:
            shelf.remove(name[: name.rindex("_") + 1])
            shelf.save(name)
        except shelves.FAILURES as error:
            warnings.warn(f"Each worker builds its test databases, for they cannot be copied: {error}", stacklevel=2)
        return made

    def _locked(self, alias: str) -> FileLock:
        return FileLock(self._folder / f"{alias}{_LOCK}")

    def clear(self) -> None:
        """Remove all templates of the project, and the folder; those that are being copied at this moment stay."""
        for lock in sorted(self._folder.glob(f"*{_LOCK}")):
            alias = lock.name.removesuffix(_LOCK)
            if alias in connections and (shelf := shelves.of(alias, self._folder)):
                shelf.remove(self._prefix(alias))
            lock.unlink(missing_ok=True)
        if self._folder.is_dir() and not any(self._folder.iterdir()):
            self._folder.rmdir()

    def _prefix(self, alias: str) -> str:
        return f"statusquo_{fingerprint.of_value([self._project, alias])[:8]}_"
