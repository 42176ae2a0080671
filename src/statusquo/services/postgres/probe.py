"""Asking a PostgreSQL whether it is ready. The wiring hands ``answer`` to the stack."""

from __future__ import annotations

import psycopg

from statusquo.core import libpq
from statusquo.core.endpoint import Address
from statusquo.core.service import SqlProbe


def answer(address: Address, probe: SqlProbe) -> str:
    """Empty when the query succeeded, with a row if it was one for rows; else what the server said."""
    try:
        with psycopg.connect(libpq.conninfo(address), connect_timeout=2, autocommit=True) as connection:
            found = connection.execute(probe.query.encode())
            is_empty = found.description is not None and found.rowcount == 0
    except psycopg.Error as error:
        return " ".join(str(error).split())
    return "no row" if is_empty else ""
