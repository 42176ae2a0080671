"""The store: captures, rewinds and compares one live PostgreSQL database. The wiring opens it.

Somewhat long: everything that may lose the connection, or have to wait for others, passes through here.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import LiteralString, TypeVar

from psycopg import DatabaseError, OperationalError, errors
from psycopg.rows import TupleRow

from statusquo.core import guard
from statusquo.core.baseline import Baseline, Rewound, Touched
from statusquo.core.diff import Diff
from statusquo.core.endpoint import Address
from statusquo.stores.postgres import (
    changes,
    clone,
    connection,
    copies,
    journal,
    mark,
    refusals,
    settled,
    swap,
    writers,
)
from statusquo.stores.postgres.connection import Database
from statusquo.stores.postgres.refusals import BeyondJournal
from statusquo.stores.postgres.settled import Busyness, Patience
from statusquo.stores.postgres.swap import Template

CAPTURE = "SELECT statusquo.capture(%s, %s, %s, %s, %s)"
ENTER = "SELECT statusquo.enter(%s)"
REWIND = "SELECT names, items, writers FROM statusquo.rewind(%s, %s, %s)"
FIND = "SELECT depth FROM statusquo.baseline WHERE token = %s"
IS_INTACT = "SELECT EXISTS (SELECT FROM statusquo.intact)"
SAVED = "postgres.json"

Result = TypeVar("Result")


def open_store(
    name: str,
    address: Address,
    *,
    nonce: str,
    settle: float = 2.0,
    busy: Busyness = "wait",
    template: Template | None = None,
) -> PostgresStore:
    """The store over the database at *address*, reached as its superuser, which must carry the mark with the *nonce*.

    Others are waited for *settle* seconds at a time, and then disturbed as *busy* says. With a *template* that exists,
    what the journal cannot put back is answered with a copy of it. Raises GuardError, Busy, StoreError.
    """
    if template is not None and not clone.is_template(template.maintenance, template.name):
        template = None
    store = PostgresStore(name, address, nonce=nonce, settle=settle, busy=busy, template=template)
    try:
        store.ensure_journal()
    except BaseException:
        store.close()
        raise
    return store


class PostgresStore:
    """One database, over one connection that stays open; ``open_store`` makes it.

    The stack of baselines lives in the database. A store that resumed none starts a new stack with its first capture;
    ``_below`` is how many baselines of others lie under its own outermost one, that of the template among them.
    """

    def __init__(
        self, name: str, address: Address, *, nonce: str, settle: float, busy: Busyness, template: Template | None
    ) -> None:
        self.name = name
        self._address = address
        self._nonce = nonce
        self._template = template
        self._notes: list[str] = []
        self._patience = Patience(name, settle, busy, self._notes.append, self._guard)
        self._below: int | None = None
        self._writers: Sequence[int] | None = None
        self._copied = 2**31  # the innermost baseline that may have a copy; those of killed processes are not known
        self._database = self._connect()

    def ensure_journal(self) -> None:
        """Journal the tables and sequences that are not journaled yet. Raises GuardError, Busy, StoreError."""
        self._run(lambda: journal.ensure(self._database, store=self.name, where=self._where, nonce=self._nonce))

    def capture(self) -> Baseline:
        """Make the current state a baseline, inside those that exist; costs what changed since the last one.

        With a template, one that came with DDL costs a copy of the database, and connections to it are closed: the
        next rewind says so.
        """
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

        What the journal cannot put back is swapped for a copy of the template, if there is one. Everything or nothing:
        raises StaleBaseline, Busy, NotExact or GuardError with the database as it was found.
        """
        started = time.perf_counter()
        try:
            touched = self._run(lambda: self._rewind(to))
        except BeyondJournal as because:
            if self._template is None:
                raise
            touched = self._swap(self._template, to, because)
        self._drop_copies(self._depth(to))
        notes, self._notes[:] = tuple(self._notes), ()
        return Rewound(self.name, time.perf_counter() - started, touched, notes)

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

    def writers(self) -> tuple[str, ...]:
        """Who wrote what the last rewind put back row by row, as far as they are still connected."""
        return writers.read(self._database, self._writers or ())

    def close(self) -> None:
        """Let go of the connection; baselines stay in the database."""
        self._database.close()

    def save(self, baseline: Baseline, folder: Path) -> None:
        """Write which baseline it is: what it holds is in the database. Raises StaleBaseline."""
        self._run(lambda: self._find(baseline.token))
        (folder / SAVED).write_text(json.dumps({"token": baseline.token}), encoding="utf-8")

    def resume(self, folder: Path) -> Baseline:
        """Take a saved baseline of this database up again as the outermost one. Raises StaleBaseline."""
        return self.take_up(str(json.loads((folder / SAVED).read_text(encoding="utf-8"))["token"]))

    def take_up(self, token: str) -> Baseline:
        """Take the baseline with that token up again as the outermost one. Raises StaleBaseline."""
        self._below = self._run(lambda: self._find(token))
        return Baseline(self.name, 0, token)

    def _capture(self, token: str) -> int:
        try:
            (depth,) = self._run(lambda: self._ask(CAPTURE, self._capturing(token, gets_copy=False)))
        except refusals.NeedsCopy as because:
            if self._template is None:
                raise
            depth = self._capture_with_copy(self._template, token, because.obstacle)
            self._copied = max(self._copied, depth)
        return int(depth)

    def _capturing(self, token: str, *, gets_copy: bool) -> tuple[object, ...]:
        return (self._nonce, self._below is None, self._template is not None, gets_copy, token)

    def _capture_with_copy(self, template: Template, token: str, obstacle: str) -> int:
        def capture(database: Database) -> None:
            def act() -> None:
                with database.transaction():
                    database.execute(CAPTURE, self._capturing(token, gets_copy=True))

            settled.patiently(act, database, self._patience)

        with swap.turn(template, self._address.name):
            self._database.close()
            try:
                cost = copies.keep(self._origin(template), token, capture)
            except DatabaseError as error:
                self._explain(error)
                raise
            finally:
                self._database = connection.open_ours(self._address)
        self._notes.append(f"Copied the database for a layer that came with {obstacle}: {cost}.")
        return self._find(token)

    def _drop_copies(self, above: int) -> None:
        """Drop the copies of baselines inside that of the depth *above*, which are gone."""
        if self._template is not None and self._copied > above:
            copies.drop_stale(self._origin(self._template), self._database)
            self._copied = above

    def _origin(self, template: Template) -> copies.Origin:
        return copies.Origin(template.maintenance, self._address, self._nonce)

    def _rewind(self, to: Baseline) -> tuple[Touched, ...]:
        names, items, self._writers = self._ask(REWIND, (self._nonce, self._depth(to), to.token))
        return tuple(Touched(name, many) for name, many in zip(names or (), items or (), strict=True) if many)

    def _swap(self, template: Template, to: Baseline, because: BeyondJournal) -> tuple[Touched, ...]:
        self._writers = None
        with swap.turn(template, self._address.name):
            self._database.close()
            self._database = connection.open_ours(self._address)
            try:
                # Another process may have swapped while we waited for our turn.
                return self._patiently(lambda: self._rewind(to))
            except BeyondJournal:
                self._database.close()
            target = swap.Target(self.name, self._address, self._nonce, to.token, because.reason)
            try:
                self._notes.append(swap.swap(template, target, self._enter))
            except DatabaseError as error:
                self._explain(error)
                raise
            finally:
                self._database = connection.open_ours(self._address)
        return (Touched(f"database {self._address.name}", 1),)

    def _enter(self, database: Database) -> None:
        """Take the gate in the transaction of another connection of ours."""

        def enter() -> None:
            with database.transaction():
                database.execute(ENTER, [self._nonce])

        settled.patiently(enter, database, self._patience)

    def _guard(self, database: Database) -> None:
        guard.check(store=self.name, where=self._where, found=mark.read(database), expected=self._nonce)

    def _connect(self) -> Database:
        """A new connection, when no other process is about to swap the database."""
        if self._template is None:
            return connection.open_ours(self._address)
        with swap.turn(self._template, self._address.name):
            return connection.open_ours(self._address)

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
        row = self._database.execute(query, parameters, prepare=True).fetchone()
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
        self._database = self._connect()
        return self._patiently(act)

    def _patiently(self, act: Callable[[], Result]) -> Result:
        try:
            return settled.patiently(act, self._database, self._patience)
        except DatabaseError as error:
            self._explain(error)
            raise

    def _explain(self, error: DatabaseError) -> None:
        if isinstance(error, errors.InsufficientPrivilege):
            raise connection.forbidden(self._address, error) from error
        refusals.explain(error, store=self.name, where=self._where, nonce=self._nonce)
