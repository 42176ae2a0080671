"""Who wrote: the journal keeps each writer's process, the server knows the rest. ``store`` asks for late writes."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import sql

from statusquo.stores.postgres import statements
from statusquo.stores.postgres.connection import Database

SHOWN = 200
"""Characters of a statement."""


def read(database: Database, pids: Sequence[int]) -> tuple[str, ...]:
    """One sentence for each of the server's processes; those that have ended are only counted by their number."""
    if not pids:
        return ()
    rows = database.execute(sql.SQL(statements.read("read_writers")), [list(pids)]).fetchall()
    return tuple(_say(*row) for row in rows)


def _say(pid: int, application: str | None, user: str | None, query: str | None) -> str:
    if application is None:
        return f"pid {pid}, which has ended"
    said = " ".join((query or "").split())
    return f'pid {pid}, application "{application}", user {user}; last statement: {said[:SHOWN]}'
