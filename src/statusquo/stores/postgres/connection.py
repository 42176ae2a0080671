"""Connections of ours: as the superuser, with settings under which images of rows compare."""

from __future__ import annotations

from psycopg import Connection, OperationalError, connect
from psycopg.rows import TupleRow

from statusquo.core.endpoint import Address
from statusquo.core.errors import StoreError
from statusquo.stores.postgres import statements

APPLICATION = "statusquo"
"""What ``pg_stat_activity`` shows us as."""

Database = Connection[TupleRow]


def open_plain(address: Address) -> Database:
    """A connection in autocommit mode with the server's own settings. Raises StoreError."""
    try:
        return connect(
            host=address.host,
            port=address.port,
            user=address.user,
            password=address.password or None,
            dbname=address.name,
            application_name=APPLICATION,
            connect_timeout=10,
            autocommit=True,
        )
    except OperationalError as error:
        raise StoreError(
            f'No connection to the database "{address.name}" at {where(address)}.',
            next="Is the server up, and is this its superuser?",
            evidence=str(error),
        ) from error


def open_ours(address: Address) -> Database:
    """A connection that may write past triggers and foreign keys. Raises StoreError."""
    database = open_plain(address)
    try:
        database.execute(statements.session())
    except BaseException:
        database.close()
        raise
    return database


def where(address: Address) -> str:
    """The address for messages, without the password."""
    return f"{address.host}:{address.port}"
