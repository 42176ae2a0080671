"""A database of its own for the length of a block, on the project's server: the only one that the process can reach.

Migrations of a project use its default connection, so that one leads there; the others lead nowhere. Routers still say
which models have tables in it; what they say of reading and writing would lead away, to a replica for one.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, router

from statusquo.core.errors import ConfigError, GuardError
from statusquo.django.carrying import server

_NOWHERE = "statusquo_no_such_database"


@contextmanager
def database() -> Iterator[Any]:
    """The default connection, leading to an empty database; what it led to before is not touched.

    Raises ConfigError, StoreError, GuardError.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    makers = {"sqlite": _in_folder, "postgresql": server.database}
    make = makers.get(connection.vendor)
    if make is None:
        raise ConfigError(
            f"The project's database is {connection.display_name}.", why="Data are carried in PostgreSQL and SQLite."
        )
    with ExitStack() as undo:
        for each in connections.all():
            each.close()
            undo.callback(each.settings_dict.update, dict(each.settings_dict))
            each.settings_dict["NAME"] = _NOWHERE if each.vendor != "sqlite" else f"/{_NOWHERE}/{each.alias}"
        undo.enter_context(make(connection))
        undo.callback(connection.close)
        undo.enter_context(_staying())
        _check(connection)
        yield connection


def _check(connection: Any) -> None:
    """Return if it leads to the new database: settings have more ways to say where to. Raises GuardError."""
    wanted = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()" if connection.vendor == "postgresql" else "PRAGMA database_list")
        found = cursor.fetchone()[0 if connection.vendor == "postgresql" else 2]
    if found != (wanted if connection.vendor == "postgresql" else str(Path(wanted).resolve())):
        raise GuardError(
            f'The default connection leads to "{found}", and not to the database that was made to carry the data in.',
            why="Nothing was touched.",
            next="Look for a database in OPTIONS of DATABASES, or for code that connects when it is imported.",
        )


@contextmanager
def _in_folder(connection: Any) -> Iterator[None]:
    with tempfile.TemporaryDirectory(prefix="statusquo-") as folder:
        connection.settings_dict["NAME"] = str(Path(folder, "scratch.sqlite3"))
        yield
        connection.close()


@contextmanager
def _staying() -> Iterator[None]:
    routers = router.routers
    router.routers = [
        SimpleNamespace(allow_migrate=each.allow_migrate) for each in routers if hasattr(each, "allow_migrate")
    ]
    try:
        yield
    finally:
        router.routers = routers
