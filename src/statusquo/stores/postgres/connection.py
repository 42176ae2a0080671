"""Connections of ours: as the superuser, with settings under which images of rows compare."""

from __future__ import annotations

import time

from psycopg import Connection, OperationalError, connect, errors, pq, sql
from psycopg.rows import TupleRow

from statusquo.core import libpq
from statusquo.core.endpoint import Address
from statusquo.core.errors import StoreError
from statusquo.stores.postgres import statements

APPLICATION = "statusquo"
"""What ``pg_stat_activity`` shows us as."""

RECOVERING = 10.0
"""Seconds that a server that has crashed may need to come back."""

OLDEST = 140000
"""The first server version that has what the journal needs: CREATE OR REPLACE TRIGGER, for one."""

GRANTS = 150000
"""The first server version that lets others than superusers set what is theirs to set."""

LACKING = "It cannot switch off triggers and foreign keys for its own session (session_replication_role)."

Database = Connection[TupleRow]


def open_plain(address: Address) -> Database:
    """A connection in autocommit mode with the server's own settings; waits for a server that recovers from a crash.

    Raises StoreError.
    """
    try:
        return _connect(address)
    except OperationalError:
        _wait_while_it_recovers(address)
    try:
        return _connect(address)
    except OperationalError as error:
        raise StoreError(
            f'No connection to the database "{address.name}" at {where(address)}.',
            next="Is the server up, and is this its superuser?",
            evidence=str(error),
        ) from error


def _connect(address: Address) -> Database:
    return connect(libpq.conninfo(address), application_name=APPLICATION, connect_timeout=10, autocommit=True)


def _wait_while_it_recovers(address: Address) -> None:
    """Return when the server lets people in, or is not there, or after some time."""
    conninfo, deadline = libpq.conninfo(address).encode(), time.monotonic() + RECOVERING
    while pq.PGconn.ping(conninfo) == pq.Ping.REJECT and time.monotonic() < deadline:
        time.sleep(0.02)


def open_ours(address: Address) -> Database:
    """A connection that may write past triggers and foreign keys. Raises StoreError."""
    database = open_plain(address)
    try:
        _check_version(database, address)
        database.execute(statements.session())
    except errors.InsufficientPrivilege as error:
        refusal = _without_replica_role(address, remedy(database, address))
        database.close()
        raise refusal from error
    except BaseException:
        database.close()
        raise
    return database


def remedy(database: Database, address: Address) -> str:
    """What lets the role of *address* switch off triggers and foreign keys for its own session."""
    if database.info.server_version < GRANTS:
        return "Up to PostgreSQL 14 only a superuser can: connect as one."
    return f"As a superuser: GRANT SET ON PARAMETER session_replication_role TO {_quoted(address.user)}"


def _check_version(database: Database, address: Address) -> None:
    if database.info.server_version < OLDEST:
        raise StoreError(
            f"The server at {where(address)} is PostgreSQL {database.info.server_version // 10000}.",
            why=f"The journal needs what came with {OLDEST // 10000}.",
            next=f"Use PostgreSQL {OLDEST // 10000} or newer.",
        )


def _without_replica_role(address: Address, remedy: str) -> StoreError:
    return StoreError(
        f'Role {_quoted(address.user)} may not rewind the database "{address.name}" at {where(address)}.',
        why=LACKING,
        next=remedy,
    )


def forbidden(address: Address, error: errors.InsufficientPrivilege) -> StoreError:
    """What to raise when the role may not have its mark or journal where it wants them."""
    said, role = error.diag.message_primary or "", _quoted(address.user)
    grant = f"As its owner or a superuser: GRANT CREATE ON DATABASE {_quoted(address.name)} TO {role}"
    own = f"The journal's triggers need the owner of the tables: have {role} own them, or connect as who does."
    return StoreError(
        f'Role {role} may not have a journal in the database "{address.name}" at {where(address)}.',
        why=f"PostgreSQL says: {said}.",
        next=grant if said.startswith("permission denied for database") else own,
    )


def _quoted(role: str) -> str:
    return sql.Identifier(role).as_string()


def where(address: Address) -> str:
    """The address for messages, without the password."""
    return f"{address.host}:{address.port}"
