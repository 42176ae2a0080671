"""Connections of ours: as the superuser, with settings under which images of rows compare."""

from __future__ import annotations

from psycopg import Connection, OperationalError, connect, errors, sql
from psycopg.rows import TupleRow

from statusquo.core import libpq
from statusquo.core.endpoint import Address
from statusquo.core.errors import StoreError
from statusquo.stores.postgres import statements

APPLICATION = "statusquo"
"""What ``pg_stat_activity`` shows us as."""

GRANTS = 150000
"""The first server version that lets others than superusers set what is theirs to set."""

Database = Connection[TupleRow]


def open_plain(address: Address) -> Database:
    """A connection in autocommit mode with the server's own settings. Raises StoreError."""
    try:
        return connect(libpq.conninfo(address), application_name=APPLICATION, connect_timeout=10, autocommit=True)
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
    except errors.InsufficientPrivilege as error:
        version = database.info.server_version
        database.close()
        raise _without_replica_role(address, version) from error
    except BaseException:
        database.close()
        raise
    return database


def _without_replica_role(address: Address, version: int) -> StoreError:
    role = sql.Identifier(address.user).as_string()
    return StoreError(
        f'Role {role} may not rewind the database "{address.name}" at {where(address)}.',
        why="It cannot switch off triggers and foreign keys for its own session (session_replication_role).",
        next=f"As a superuser: GRANT SET ON PARAMETER session_replication_role TO {role}"
        if version >= GRANTS
        else "Up to PostgreSQL 14 only a superuser can: connect as one.",
    )


def where(address: Address) -> str:
    """The address for messages, without the password."""
    return f"{address.host}:{address.port}"
