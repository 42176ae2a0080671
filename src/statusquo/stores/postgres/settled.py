"""Patience with others who hold what we need, and their names when it ends. ``store`` and ``clone`` wait here."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from psycopg import errors, sql
from psycopg.rows import class_row

from statusquo.core.errors import Busy
from statusquo.stores.postgres import statements
from statusquo.stores.postgres.connection import Database

PAUSE = 0.01
"""Seconds between tries: writers that queued behind us get on with it meanwhile."""

LOST = (errors.LockNotAvailable, errors.DeadlockDetected, errors.SerializationFailure)

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Holder:
    """A transaction that is not over, as ``pg_stat_activity`` or ``pg_prepared_xacts`` tells it."""

    who: str
    state: str
    seconds: float
    query: str
    locks: str

    def __str__(self) -> str:
        said = " ".join(self.query.split())
        return f"{self.who}: {self.state} for {self.seconds:.1f} s, holds {self.locks}; last statement: {said[:200]}"


def patiently(act: Callable[[], Result], database: Database, *, store: str, settle: float) -> Result:
    """What *act* returns, tried again while others hold its locks, for *settle* seconds. Raises Busy.

    One try waits no longer than the connection's ``lock_timeout``, and leaves nothing behind.
    """
    deadline = time.monotonic() + settle
    while True:
        try:
            return act()
        except LOST as error:
            if time.monotonic() >= deadline:
                raise _busy(database, store, settle) from error
        time.sleep(PAUSE)


def _busy(database: Database, store: str, settle: float) -> Busy:
    with database.cursor(row_factory=class_row(Holder)) as cursor:
        holders = cursor.execute(sql.SQL(statements.read("read_holders"))).fetchall()
    return Busy(
        f'Store "{store}" could not be had for {settle:g} s.',
        why="A transaction that writes, or holds rows or tables, has not ended."
        if holders
        else "Its writers took turns.",
        next="End it in the application (commit, rollback, close), or raise rewind.settle in the configuration.",
        evidence="\n".join(map(str, holders)),
    )
