"""Where templates are kept: beside the test databases, by each back end's own means. ``builder`` chooses."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.db import DatabaseError, connections
from django.db.backends.base.base import NO_DB_ALIAS, BaseDatabaseWrapper

FAILURES = (DatabaseError, sqlite3.Error, OSError)
"""What can go wrong on a shelf, by server, library and disk."""


class Shelf(Protocol):
    """Keeps the templates of one alias; a template that is there is whole."""

    def version(self) -> str:
        """What makes the databases."""

    def has(self, name: str) -> bool:
        """True if the template is there."""

    def save(self, name: str) -> None:
        """Make the template a copy of the test database."""

    def load(self, name: str) -> str:
        """Have the alias lead to a test database that is a copy of the template; returns its name."""

    def remove(self, prefix: str) -> None:
        """Remove the templates whose names begin so, and what was left of making one."""


def of(alias: str, folder: Path) -> Shelf | None:
    """What keeps the templates of the alias, files in *folder*; None if its back end cannot copy databases."""
    connection = connections[alias]
    match connection.vendor:
        case "postgresql":
            return PostgresShelf(connection)
        case "sqlite":
            return SqliteShelf(connection, folder)
    return None


class PostgresShelf:
    """Templates as databases of the same server. CREATE DATABASE makes a whole one or none, whoever is killed."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection
        self._quote = connection.ops.quote_name

    def version(self) -> str:
        """The server, as it names itself."""
        with self._maintenance() as cursor:
            cursor.execute("SELECT version()")
            return str(cursor.fetchone()[0])

    def has(self, name: str) -> bool:
        """Look among the databases of the server."""
        with self._maintenance() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            return bool(cursor.fetchone())

    def save(self, name: str) -> None:
        """Copy the test database; nobody else is connected to one that was just made."""
        self._connection.close()
        self._connection.close_pool()
        made = self._quote(self._connection.settings_dict["NAME"])
        with self._maintenance() as cursor:
            cursor.execute(f"CREATE DATABASE {self._quote(name)} TEMPLATE {made}")

    def load(self, name: str) -> str:
        """Copy the template in the place of whatever has the name of the test database."""
        *_, target = self._connection.creation.test_db_signature()
        with self._maintenance() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {self._quote(target)}")
            cursor.execute(f"CREATE DATABASE {self._quote(target)} TEMPLATE {self._quote(name)}")
        _switch(self._connection, target)
        return str(target)

    def remove(self, prefix: str) -> None:
        """Drop them."""
        with self._maintenance() as cursor:
            cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
            for (name,) in cursor.fetchall():
                with suppress(DatabaseError):  # somebody copies it at this moment, or removes it too
                    cursor.execute(f"DROP DATABASE IF EXISTS {self._quote(name)}")

    @contextmanager
    def _maintenance(self) -> Iterator[Any]:
        """A cursor in no test database, as Django has it for making them."""
        settings_dict = {**self._connection.settings_dict, "NAME": None}
        with closing(type(self._connection)(settings_dict, alias=NO_DB_ALIAS)) as server, server.cursor() as cursor:
            yield cursor


class SqliteShelf:
    """Templates as files in a folder of ours; a file gets its name when it is whole."""

    def __init__(self, connection: BaseDatabaseWrapper, folder: Path) -> None:
        self._connection = connection
        self._folder = folder

    def version(self) -> str:
        """The library."""
        return sqlite3.sqlite_version

    def has(self, name: str) -> bool:
        """Look among the files."""
        return self._path(name).exists()

    def save(self, name: str) -> None:
        """Copy the test database, which may be in memory."""
        self._connection.ensure_connection()
        half = self._folder / f"{name}.{os.getpid()}"
        with closing(sqlite3.connect(half)) as template:
            self._connection.connection.backup(template)
        half.replace(self._path(name))

    def load(self, name: str) -> str:
        """Copy the template into the memory of this process, or to the file of the test database."""
        target = str(self._connection.settings_dict["TEST"]["NAME"] or ":memory:")
        if not self._connection.creation.is_in_memory_db(target):
            Path(target).unlink(missing_ok=True)
        if target == ":memory:":
            target = f"file:memorydb_{self._connection.alias}?mode=memory&cache=shared"  # as Django calls it
        _switch(self._connection, target)
        self._connection.ensure_connection()
        with closing(sqlite3.connect(f"{self._path(name).as_uri()}?mode=ro", uri=True)) as template:
            template.backup(self._connection.connection)
        return target

    def remove(self, prefix: str) -> None:
        """Remove the files."""
        for path in self._folder.glob(f"{prefix}*"):
            path.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.sqlite3"


def _switch(connection: BaseDatabaseWrapper, name: str) -> None:
    """What Django does once it has made a test database: have the alias, in every thread, lead there."""
    connection.close()
    settings.DATABASES[connection.alias]["NAME"] = name
    connection.settings_dict["NAME"] = name
