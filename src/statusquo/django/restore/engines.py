"""What puts the database of an alias back. The restorer opens one for each."""

from __future__ import annotations

from pathlib import Path

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from statusquo.core.endpoint import Address
from statusquo.core.protocols import Store
from statusquo.wiring import inprocess


def open_engine(alias: str, scratch: Path) -> Store:
    """The store over the test database of the alias. Raises StatusquoError."""
    connection = connections[alias]
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        return inprocess.open_postgres(alias, address(connection))
    if connection.is_in_memory_db():
        return inprocess.open_memory(alias, connection.connection)
    path = Path(str(connection.settings_dict["NAME"]))
    return inprocess.open_sqlite(alias, path, scratch=scratch / alias)


def address(connection: BaseDatabaseWrapper) -> Address:
    """Where an open connection to a PostgreSQL leads, whatever told its driver so."""
    info = connection.connection.info
    return Address("postgresql", info.host, info.port, info.user, info.password, info.dbname)
