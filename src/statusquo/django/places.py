"""Where databases are, and which of them the user lets tests use as they are. ``guard`` judges by them."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from django.db.backends.base.base import BaseDatabaseWrapper

CONSENT = "statusquo_django_databases"
"""The option of pytest's configuration that names databases which tests may use as they are."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a database is, without what opens it."""

    host: str
    port: str
    name: str

    @classmethod
    def of(cls, connection: BaseDatabaseWrapper) -> Self:
        """Where *connection* leads to as its settings are now; at Oracle the account is the database."""
        settings = connection.settings_dict
        name = str(settings.get("NAME") or "")
        if connection.vendor == "oracle":
            name = f"{settings.get('USER')}/{name}"
        return cls(str(settings.get("HOST") or ""), str(settings.get("PORT") or ""), name)

    @property
    def is_in_memory(self) -> bool:
        """True for what ends with this process, as SQLite names it."""
        return self.name == ":memory:" or "mode=memory" in self.name

    def __str__(self) -> str:
        host = f" at {self.host}{f':{self.port}' if self.port else ''}" if self.host else ""
        return f'"{self.name}"{host}'


@dataclass(frozen=True, slots=True)
class Consent:
    """The user's word that an alias may lead to a database of this name, whoever made it."""

    alias: str
    pattern: str

    @classmethod
    def read(cls, line: str) -> Self:
        """From ``ALIAS=NAME``, where NAME may have a ``*``. Raises ValueError."""
        alias, equals, pattern = (part.strip() for part in line.partition("="))
        if not (alias and equals and pattern):
            raise ValueError(f"{CONSENT}: {line!r} is not ALIAS=NAME.")
        return cls(alias, pattern)

    def covers(self, alias: str, place: Place) -> bool:
        """True if this is the database that the user meant."""
        names = (place.name, Path(place.name).name)
        return alias == self.alias and any(fnmatch.fnmatchcase(name, self.pattern) for name in names)
