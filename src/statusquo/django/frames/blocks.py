"""A frame's rows on one alias are in an atomic block of Django that is always rolled back. ``lifetimes`` opens it.

Django's own tests keep theirs in such blocks, too. ``_from_testcase`` is how Django tells them from the application's,
so that ``atomic(durable=True)`` works inside; ``atomic_blocks`` is where it keeps those that are open. Both are
private, and the same from Django 4.2 to 6.1; ``tests/django/test_frames_private.py`` would notice a change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from unittest.mock import patch

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import Atomic

from statusquo.django.frames.stack import Loss


@dataclass(slots=True, eq=False)
class AtomicBlock:
    """The rows of one fixture on one alias."""

    alias: str
    connection: BaseDatabaseWrapper
    atomic: Atomic
    session: object
    """The driver's connection that holds the transaction."""
    level: tuple[Atomic, ...]
    """The blocks that are open on the alias when the fixture has been set up: its own, and what it left open."""
    callbacks: int
    """How many ``on_commit`` callbacks others had registered."""

    @classmethod
    def open(cls, alias: str) -> AtomicBlock:
        """Begin a transaction, or a savepoint in the one that is open."""
        connection = connections[alias]
        atomic = transaction.atomic(using=alias)
        atomic._from_testcase = True  # noqa: SLF001 - see above
        atomic.__enter__()
        level = tuple(connection.atomic_blocks)
        return cls(alias, connection, atomic, connection.connection, level, len(connection.run_on_commit))

    def settle(self) -> None:
        """Check the constraints that are checked at a commit, or an innocent test would be told; forget ``on_commit``.

        Raises IntegrityError.
        """
        if self.connection.features.can_defer_constraint_checks and not self.connection.needs_rollback:
            self.connection.check_constraints()
        del self.connection.run_on_commit[self.callbacks :]
        self.level = tuple(self.connection.atomic_blocks)

    def is_innermost(self) -> bool:
        """True if nobody has opened another block inside."""
        return tuple(self.connection.atomic_blocks) == self.level

    def close(self) -> None:
        """Roll back, whatever is still open inside."""
        if connections[self.alias] is not self.connection:
            self.connection.close()
            return
        blocks = self.connection.atomic_blocks
        for block in reversed(blocks[blocks.index(self.atomic) :] if self.atomic in blocks else []):
            self.connection.needs_rollback = True
            block.__exit__(None, None, None)

    def loss(self) -> Loss | None:
        """How the rows got lost, or None if they are still there; asks the driver, not the server."""
        if connections[self.alias] is not self.connection or self.connection.connection is not self.session:
            return Loss.CLOSED
        if self.connection.closed_in_transaction:
            return Loss.CLOSED
        is_there = self.atomic in self.connection.atomic_blocks and _is_in_transaction(self.session)
        return None if is_there and not self.connection.needs_rollback else Loss.ENDED


@contextmanager
def kept_open(aliases: Iterable[str]) -> Iterator[None]:
    """Have nobody close the connections of these aliases: rows are in their transactions."""
    with ExitStack() as undo:
        for alias in aliases:
            undo.enter_context(patch.object(connections[alias], "close", lambda: None))
        yield


def is_free(alias: str) -> bool:
    """True if nobody has a transaction open on the alias."""
    connection = connections[alias]
    return not connection.in_atomic_block and (connection.connection is None or bool(connection.get_autocommit()))


def _is_in_transaction(session: object) -> bool:
    """Asks what the driver knows; a driver that cannot tell is believed to be."""
    if hasattr(session, "in_transaction"):  # sqlite3
        return bool(session.in_transaction)
    if info := getattr(session, "info", None):  # psycopg
        return bool(info.transaction_status)
    return True
