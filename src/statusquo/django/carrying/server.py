"""A database on the project's server for the length of a block, and the end of those that killed commands have left."""

from __future__ import annotations

import os
import platform
import secrets
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from typing import Any
from urllib.parse import unquote, urlsplit

from django.db import Error

from statusquo.core import scratches
from statusquo.core.errors import StoreError

ADMIN = "STATUSQUO_SCRATCH"
"""The environment variable with the URL of a login that may make databases on the project's server."""


@contextmanager
def database(connection: Any) -> Iterator[None]:
    """Have the connection lead to an empty database, which goes at the end. Raises StoreError."""
    connection.settings_dict.update(_login())
    key = secrets.randbits(31)
    name = scratches.name_of(key)
    with closing(_server(connection)) as server:
        with _refused():
            _ask(server, "SELECT pg_advisory_lock(%s, %s)", [scratches.SPACE, key])
            _sweep(server)
            _ask(server, f"CREATE DATABASE {_quoted(server, name)}")
        try:
            _ask(server, f"COMMENT ON DATABASE {_quoted(server, name)} IS {_comment(key)}")
            connection.settings_dict["NAME"] = name
            yield
        finally:
            connection.close()
            _ask(server, f"DROP DATABASE {_quoted(server, name)} WITH (FORCE)")


def _sweep(server: Any) -> None:
    """Drop what is nobody's; what cannot be (another role's, or a session ends just now) is left for another time."""
    for (name,) in _ask(server, scratches.LEFT):
        with suppress(Error):
            _ask(server, f"DROP DATABASE IF EXISTS {_quoted(server, name)}")


def _login() -> dict[str, object]:
    url = urlsplit(os.environ.get(ADMIN, ""))
    if not url.hostname:
        return {}
    login = {"HOST": url.hostname, "PORT": url.port, "USER": url.username, "PASSWORD": url.password}
    return {name: unquote(value) if isinstance(value, str) else value for name, value in login.items()}


def _server(connection: Any) -> Any:
    server = connection.copy()
    server.settings_dict = {**connection.settings_dict, "NAME": "postgres", "AUTOCOMMIT": True}
    return server


def _comment(key: int) -> str:
    """The comment as SQL has it: a statement of this kind takes no values."""
    said = scratches.comment_of(key, f"process {os.getpid()} of {platform.node()}")
    return "'{}'".format(said.replace("'", "''"))


def _quoted(server: Any, name: str) -> str:
    return str(server.ops.quote_name(name))


def _ask(server: Any, statement: str, values: Sequence[object] | None = None) -> Sequence[Any]:
    with server.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else ()


@contextmanager
def _refused() -> Iterator[None]:
    try:
        yield
    except Error as error:
        raise StoreError(
            "No database can be made to carry the data in.",
            next=f"Let the role make databases, or set {ADMIN} to the URL of one that may.",
            evidence=str(error),
        ) from error
