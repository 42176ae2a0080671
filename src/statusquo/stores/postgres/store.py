"""The store: captures, rewinds and compares one live PostgreSQL database. The wiring opens it."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import LiteralString, TypeVar

from psycopg import DatabaseError, OperationalError
from psycopg.rows import TupleRow

from statusquo.core.baseline import Baseline, Rewound, Touched
from statusquo.core.diff import Diff
from statusquo.core.endpoint import Address
from statusquo.stores.postgres import changes, connection, journal, refusals, settled
from statusquo.stores.postgres.connection import Database

CAPTURE = "SELECT statusquo.capture(%s, %s, %s)"
REWIND = "SELECT names, items FROM statusquo.rewind(%s, %s, %s)"
FIND = "SELECT depth FROM statusquo.baseline WHERE token = %s"
IS_INTACT = "SELECT EXISTS (SELECT FROM statusquo.intact)"
SAVED = "postgres.json"

Result = TypeVar("Result")


def open_store(name: str, address: Address, *, nonce: str, settle: float = 2.0) -> PostgresStore:
    """The store over the database at *address*, reached as its superuser, which must carry the mark with the *nonce*.

    Others are waited for *settle* seconds at a time. Raises GuardError, Busy, StoreError.
    """
    database = connection.open_ours(address)
    store = PostgresStore(name, address, database, nonce=nonce, settle=settle)
    try:
        store.ensure_journal()
    except BaseException:
        store.close()
        raise
    return store


class PostgresStore:
    """One database, over one connection that stays open; ``open_store`` makes it.

    The stack of baselines lives in the database. A store that resumed none starts a new stack with its first capture;
    ``_below`` is how many baselines of others lie under its own outermost one.
    """

    def __init__(self, name: str, address: Address, database: Database, *, nonce: str, settle: float) -> None:
        self.name = name
        self._address = address
        self._database = database
        self._nonce = nonce
        self._settle = settle
        self._below: int | None = None

    def ensure_journal(self) -> None:
        """Journal the tables and sequences that are not journaled yet. Raises GuardError, Busy, StoreError."""
        self._run(lambda: journal.ensure(self._database, store=self.name, where=self._where, nonce=self._nonce))

    def capture(self) -> Baseline:
        """Make the current state a baseline, inside those that exist; costs what changed since the last one."""
        token = secrets.token_hex(8)
        try:
            depth = self._capture(token)
        except refusals.JournalBehind:
            self.ensure_journal()
            depth = self._capture(token)
        self._below = depth if self._below is None else self._below
        return Baseline(self.name, depth - self._below, token)

    def rewind(self, to: Baseline) -> Rewound:
        """Put back what changed since *to*, in one round trip; cost follows what was touched, not what is stored.

        Everything or nothing: raises StaleBaseline, Busy, NotExact or GuardError with the database as it was found.
        """
        started = time.perf_counter()
        names, items = self._ask(REWIND, (self._nonce, self._depth(to), to.token))
        touched = tuple(Touched(name, many) for name, many in zip(names or (), items or (), strict=True) if many)
        return Rewound(self.name, time.perf_counter() - started, touched)

    def diff(self, since: Baseline) -> Diff:
        """What changed since *since*, from one snapshot; only reads. Raises StaleBaseline, NotExact."""

        def read() -> Diff:
            with self._database.transaction():
                self._database.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                depth = self._find(since.token)
                if self._database.execute(IS_INTACT).fetchone() != (True,):
                    raise refusals.lost(self.name)
                return changes.read(self._database, self.name, depth)

        return self._run(read)

    def close(self) -> None:
        """Let go of the connection; baselines stay in the database."""
        self._database.close()

    def save(self, baseline: Baseline, folder: Path) -> None:
        """Write which baseline it is: what it holds is in the database. Raises StaleBaseline."""
        self._run(lambda: self._find(baseline.token))
        (folder / SAVED).write_text(json.dumps({"token": baseline.token}), encoding="utf-8")

    def resume(self, folder: Path) -> Baseline:
        """Take a saved baseline of this database up again as the outermost one. Raises StaleBaseline."""
        token = str(json.loads((folder / SAVED).read_text(encoding="utf-8"))["token"])
        self._below = self._run(lambda: self._find(token))
        return Baseline(self.name, 0, token)

    def _capture(self, token: str) -> int:
        (depth,) = self._ask(CAPTURE, (self._nonce, self._below is None, token))
        return int(depth)

    def _find(self, token: str) -> int:
        row = self._database.execute(FIND, [token]).fetchone()
        if row is None:
            raise refusals.stale(self.name)
        return int(row[0])

    def _depth(self, baseline: Baseline) -> int:
        return baseline.depth + (self._below or 0)

    @property
    def _where(self) -> str:
        return connection.where(self._address)

    def _ask(self, query: LiteralString, parameters: Sequence[object]) -> TupleRow:
        """The one row that one of our functions answers with."""
        row = self._run(lambda: self._database.execute(query, parameters, prepare=True).fetchone())
        if row is None:
            raise AssertionError("a function that returns no set answers with one row")
        return row

    def _run(self, act: Callable[[], Result]) -> Result:
        """What *act* returns; over a new connection if the old one was lost, which leaves nothing half done."""
        try:
            return self._patiently(act)
        except OperationalError:
            if not self._database.broken:
                raise
        self._database = connection.open_ours(self._address)
        return self._patiently(act)

    def _patiently(self, act: Callable[[], Result]) -> Result:
        try:
            return settled.patiently(act, self._database, store=self.name, settle=self._settle)
        except DatabaseError as error:
            refusals.explain(error, store=self.name, where=self._where, nonce=self._nonce)
            raise
