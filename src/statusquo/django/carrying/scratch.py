"""A database of its own for the length of a block, on the project's server: the only one that the process can reach.

Migrations of a project use its default connection, so that one leads there; the others lead nowhere.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.db import DEFAULT_DB_ALIAS, Error, connections

from statusquo.core.errors import ConfigError, GuardError, StoreError

ADMIN = "STATUSQUO_SCRATCH"
"""The environment variable with the URL of a login that may make databases on the project's server."""
_NOWHERE = "statusquo_no_such_database"


@contextmanager
def database() -> Iterator[Any]:
    """The default connection, leading to an empty database; what it led to before is not touched.

    Raises ConfigError, StoreError, GuardError.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    makers = {"sqlite": _in_folder, "postgresql": _on_server}
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
def _on_server(connection: Any) -> Iterator[None]:
    connection.settings_dict.update(_login())
    name = f"statusquo_scratch_{secrets.token_hex(4)}"
    _ask_server(connection, f"CREATE DATABASE {connection.ops.quote_name(name)}")
    try:
        connection.settings_dict["NAME"] = name
        yield
    finally:
        connection.close()
        _ask_server(connection, f"DROP DATABASE {connection.ops.quote_name(name)} WITH (FORCE)")


def _login() -> dict[str, object]:
    url = urlsplit(os.environ.get(ADMIN, ""))
    if not url.hostname:
        return {}
    login = {"HOST": url.hostname, "PORT": url.port, "USER": url.username, "PASSWORD": url.password}
    return {name: unquote(value) if isinstance(value, str) else value for name, value in login.items()}


def _ask_server(connection: Any, statement: str) -> None:
    server = connection.copy()
    server.settings_dict = {**connection.settings_dict, "NAME": "postgres"}
    try:
        with server.cursor() as cursor:
            cursor.execute(statement)
    except Error as error:
        raise StoreError(
            "No database can be made to carry the data in.",
            next=f"Let the role make databases, or set {ADMIN} to the URL of one that may.",
            evidence=str(error),
        ) from error
    finally:
        server.close()
