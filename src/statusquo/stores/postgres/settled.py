"""Patience with others who hold what we need, and their names when it ends. ``store`` waits here."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from psycopg import errors, sql
from psycopg.rows import class_row

from statusquo.core.errors import Busy
from statusquo.stores.postgres import statements
from statusquo.stores.postgres.connection import APPLICATION, Database

PAUSE = 0.01
"""Seconds between tries: writers that queued behind us get on with it meanwhile."""

LOST = (errors.LockNotAvailable, errors.DeadlockDetected, errors.SerializationFailure)

Result = TypeVar("Result")

Busyness = Literal["wait", "cancel", "terminate"]
"""What is done to those who are still there when patience ends: nothing, their statement or their connection ends."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A transaction that is not over, as ``pg_stat_activity`` or ``pg_prepared_xacts`` tells it."""

    pid: int | None
    """None: a prepared transaction, which has no process."""
    application: str
    who: str
    state: str
    seconds: float
    query: str
    locks: str

    def __str__(self) -> str:
        said = " ".join(self.query.split())
        return f"{self.who}: {self.state} for {self.seconds:.1f} s, holds {self.locks}; last statement: {said[:200]}"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long others are waited for, and what happens to them then; *note* hears what was done."""

    store: str
    settle: float
    busy: Busyness
    note: Callable[[str], None]
    guard: Callable[[Database], None]
    """Raises GuardError if the database is not ours, nor those who work in it to disturb."""


def patiently(act: Callable[[], Result], database: Database, patience: Patience) -> Result:
    """What *act* returns, tried again while others hold its locks. Raises Busy.

    One try waits no longer than the connection's ``lock_timeout``, and leaves nothing behind.
    """
    is_last = patience.busy == "wait"
    deadline = time.monotonic() + patience.settle
    while True:
        try:
            return act()
        except LOST as error:
            if time.monotonic() >= deadline:
                holders = _holders(database)
                if is_last:
                    raise _busy(holders, patience) from error
                is_last = True
                _disturb(database, holders, patience)
                deadline = time.monotonic() + patience.settle
        time.sleep(PAUSE)


def _disturb(database: Database, holders: Sequence[Holder], patience: Patience) -> None:
    """Cancel or terminate those that have a process and are not one of us. Raises GuardError."""
    patience.guard(database)
    query = "SELECT pg_cancel_backend(%s)" if patience.busy == "cancel" else "SELECT pg_terminate_backend(%s)"
    done = "Cancelled" if patience.busy == "cancel" else "Terminated"
    for holder in holders:
        if holder.pid is not None and holder.application != APPLICATION:
            database.execute(query, [holder.pid])
            patience.note(f"{done} {holder}.")


def _holders(database: Database) -> tuple[Holder, ...]:
    with database.cursor(row_factory=class_row(Holder)) as cursor:
        return tuple(cursor.execute(sql.SQL(statements.read("read_holders"))))


def _busy(holders: Sequence[Holder], patience: Patience) -> Busy:
    prepared = any(holder.pid is None for holder in holders)
    end = "COMMIT PREPARED or ROLLBACK PREPARED" if prepared else "commit, rollback, close"
    return Busy(
        f'Store "{patience.store}" could not be had for {patience.settle:g} s.',
        why="A transaction that writes, or holds rows or tables, has not ended."
        if holders
        else "Its writers took turns.",
        next=f"End it in the application ({end}), or raise rewind.settle in the configuration.",
        evidence="\n".join(map(str, holders)),
    )
