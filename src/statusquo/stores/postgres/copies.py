"""Copies of the whole database for layers that no journal leads to: those that came with DDL or large objects.

``store`` has one made when it captures such a layer, and dropped when the layer is gone; ``swap`` begins from it as it
does from the template otherwise. PostgreSQL copies a database only while nobody uses it: connections to it are closed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from psycopg import sql

from statusquo.core.endpoint import Address
from statusquo.stores.postgres import clone, connection, identity, statements
from statusquo.stores.postgres.connection import Database


@dataclass(frozen=True, slots=True)
class Origin:
    """The database that is copied, and whose it is."""

    maintenance: Address
    """The superuser's way into a database that is none of ours to change."""
    address: Address
    nonce: str


def keep(origin: Origin, token: str, capture: Callable[[Database], None]) -> str:
    """Capture the baseline with the *token* and copy the database, with nobody connected in between.

    *capture* takes the gate and captures in the open transaction of its connection. The caller has its turn. Returns
    how long it took and who paid. Raises Busy, GuardError; then the database is open and no copy of it is left.
    """
    began = time.perf_counter()
    live, server = origin.address.name, origin.maintenance
    copy = clone.beside(live, token)
    try:
        with connection.open_ours(origin.address) as database, database.transaction():
            capture(database)
            known = identity.read(database, live)
            closed = clone.close(server, live, known=known, spare=database.info.backend_pid)
        clone.close(server, live, known=known, spare=0)
        clone.create_copy(server, live, copy, nonce=origin.nonce)
    except BaseException:
        clone.drop_copy(server, copy)
        raise
    finally:
        clone.open_again(server, live)
    with connection.open_ours(origin.address) as database:
        database.execute("UPDATE statusquo.baseline SET has_copy = true WHERE token = %s", [token])
    return f"{time.perf_counter() - began:.2f} s, {closed} connection{'' if closed == 1 else 's'} closed"


def drop_stale(origin: Origin, database: Database) -> None:
    """Drop the copies of baselines that the database, over a connection to it, does not have any more."""
    tokens = [token for (token,) in database.execute("SELECT token FROM statusquo.baseline").fetchall()]
    live = origin.address.name
    query = sql.SQL(statements.read("read_copies"))
    mark = f"{clone.COMMENT}{origin.nonce}"
    wanted = {"like": clone.beside(live, "_" * 16), "mark": mark, "kept": [clone.beside(live, one) for one in tokens]}
    with connection.open_plain(origin.maintenance) as server:
        stale = server.execute(query, wanted).fetchall()
    for (copy,) in stale:
        clone.drop_database(origin.maintenance, copy, nonce=origin.nonce)
