"""A frame's rows on one alias are in an atomic block of Django that is always rolled back. ``lifetimes`` opens it.

Django's own tests keep theirs in such blocks, too. ``_from_testcase`` is how Django tells them from the application's,
so that ``atomic(durable=True)`` works inside; ``atomic_blocks`` is where it keeps those that are open. Both are
private, and the same from Django 4.2 to 6.1; ``tests/django/test_frames_blocks.py`` would notice a change.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import Atomic


@dataclass(slots=True, eq=False)
class AtomicBlock:
    """The rows of one fixture on one alias."""

    alias: str
    connection: BaseDatabaseWrapper
    atomic: Atomic
    session: object
    """The driver's connection that holds the transaction."""
    level: tuple[Atomic, ...] = ()
    """The blocks that are open on the alias when the fixture has been set up: its own last, and what it left open."""

    @classmethod
    def open(cls, alias: str) -> AtomicBlock:
        """Begin a transaction, or a savepoint in the one that is open."""
        connection = connections[alias]
        atomic = transaction.atomic(using=alias)
        atomic._from_testcase = True  # noqa: SLF001 - see above
        atomic.__enter__()
        block = cls(alias, connection, atomic, connection.connection)
        block.settle()
        return block

    def settle(self) -> None:
        """Remember what is open now that the fixture has been set up."""
        self.level = tuple(self.connection.atomic_blocks)

    def is_innermost(self) -> bool:
        """True if nobody has opened another block inside."""
        return tuple(self.connection.atomic_blocks) == self.level

    def close(self) -> None:
        """Roll back, whatever is still open inside."""
        blocks = self.connection.atomic_blocks
        while self.atomic in blocks:
            self.connection.needs_rollback = True
            blocks[-1].__exit__(None, None, None)

    def loss(self) -> str:
        """How the rows got lost, or nothing if they are still there; asks the driver, not the server."""
        if connections[self.alias] is not self.connection or self.connection.connection is not self.session:
            return "its connection was replaced"
        if self.connection.closed_in_transaction:
            return "its connection was closed"
        is_broken = self.connection.needs_rollback or not _is_in_transaction(self.session)
        if is_broken or self.atomic not in self.connection.atomic_blocks:
            return "its transaction was ended: by a COMMIT or ROLLBACK, or by a statement that commits by itself"
        return ""


def is_free(alias: str) -> bool:
    """True if nobody has a transaction open on the alias."""
    connection = connections[alias]
    return not connection.in_atomic_block and bool(connection.get_autocommit())


def _is_in_transaction(session: object) -> bool:
    """Asks what the driver knows; a driver that cannot tell is believed to be."""
    if hasattr(session, "in_transaction"):  # sqlite3
        return bool(session.in_transaction)
    if info := getattr(session, "info", None):  # psycopg
        return bool(info.transaction_status)
    return True
