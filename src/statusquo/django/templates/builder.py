"""Makes the test databases of a worker: by Django once, then as copies. The guard calls it in Django's place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connections
from django.db.backends.base.creation import BaseDatabaseCreation
from filelock import FileLock

from statusquo.core import fingerprint
from statusquo.django.templates import digest, shelves

_LOCK = ".lock"


class Builder:
    """One for each process; *folder* is that of all processes of a *project*, and is made when it is needed."""

    def __init__(self, folder: Path, project: str) -> None:
        self._folder = folder
        self._project = project

    def create(self, make: Callable[..., object], creation: BaseDatabaseCreation, *args: Any, **kwargs: Any) -> object:
        """Have a test database as *make* makes it. With ``keepdb``, too: a copy is fresh and up to date."""
        alias = creation.connection.alias
        self._folder.mkdir(parents=True, exist_ok=True)
        shelf = shelves.of(alias, self._folder)
        if shelf is None:
            return make(creation, *args, **kwargs)
        prefix = self._prefix(alias)
        name = prefix + digest.of(creation.connection, server=shelf.version())[:16]
        with FileLock(self._folder / f"{alias}{_LOCK}"):
            if not shelf.has(name):
                made = make(creation, *args, **{**kwargs, "keepdb": False})
                shelf.remove(prefix)
                shelf.save(name)
                creation.connection.ensure_connection()
                return made
        try:
            loaded = shelf.load(name)
            creation.connection.ensure_connection()
            return loaded
        except (DatabaseError, OSError):  # another run has removed it
            return make(creation, *args, **{**kwargs, "keepdb": False})

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
