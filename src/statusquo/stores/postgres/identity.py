"""Which database of which server it is, whatever leads there. ``clone`` and ``swap`` ask.

A database is closed, renamed and dropped over a connection to another one, which cannot read its mark. What can be
compared is whether both connections came to the same server: with a proxy or a tunnel between, an address says nothing.
"""

from __future__ import annotations

from psycopg import sql

from statusquo.core.endpoint import Address
from statusquo.core.errors import GuardError
from statusquo.stores.postgres import connection, statements
from statusquo.stores.postgres.connection import Database


def read(server: Database, name: str) -> str:
    """The identity of the database of that *name*, over a connection to any of the server; empty: there is none."""
    row = server.execute(sql.SQL(statements.read("read_identity")), {"name": name}).fetchone()
    return str(row[0]) if row else ""


def check(server: Database, name: str, expected: str, maintenance: Address) -> None:
    """Return if *name* is, seen from *server*, the database whose mark was read. Raises GuardError."""
    if expected and read(server, name) == expected:
        return
    raise GuardError(
        f'The database "{name}" at {connection.where(maintenance)} is not the one whose mark was read; '
        "it was left alone.",
        why="Two connections to the same address came to different servers.",
        next="Something between distributes them: give the address of the server itself.",
    )
