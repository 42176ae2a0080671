"""The mark of a run in a database: one row in our schema. Clones inherit it, so a fresh one is marked anew."""

from __future__ import annotations

from psycopg import errors, sql

from statusquo.core.endpoint import Address
from statusquo.stores.postgres import connection, statements
from statusquo.stores.postgres.connection import Database


def write(address: Address, nonce: str) -> None:
    """Mark the database at *address* as ours, in place of any other mark. Raises StoreError."""
    try:
        with connection.open_ours(address) as database, database.transaction():
            database.execute(sql.SQL(statements.read("mark")))
            database.execute("TRUNCATE statusquo.mark")
            database.execute("INSERT INTO statusquo.mark VALUES (%s)", [nonce])
    except errors.InsufficientPrivilege as error:
        raise connection.forbidden(address, error) from error


def read(database: Database) -> str | None:
    """The nonce in the mark, or ``None`` if there is no mark."""
    if database.execute("SELECT to_regclass('statusquo.mark')").fetchone() == (None,):
        return None
    row = database.execute("SELECT nonce FROM statusquo.mark").fetchone()
    return str(row[0]) if row else None
