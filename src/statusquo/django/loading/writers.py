"""A connection of Django seen as records that are written, inside the transaction that Django has begun on it."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from statusquo.core.writing import Writer

VENDORS = ("postgresql", "sqlite")
"""The kinds of databases that rows can be written to."""


def of(connection: Any) -> Writer:
    """What writes by this connection; only for VENDORS."""
    make = _postgres if connection.vendor == "postgresql" else _sqlite
    return make(connection)


def _postgres(connection: Any) -> Writer:
    module = importlib.import_module("statusquo.rows.postgres_writer")
    make: Callable[[object], Writer] = module.PostgresWriter
    return make(connection.cursor())


def _sqlite(connection: Any) -> Writer:
    """By the driver's own connection; Django's cursor only says whether the database may be used here at all."""
    module = importlib.import_module("statusquo.rows.sqlite_writer")
    connection.cursor().close()
    make: Callable[[object], Writer] = module.SqliteWriter
    return make(connection.connection)
