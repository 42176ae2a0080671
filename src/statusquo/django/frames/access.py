"""Notices the first query of a shared fixture on each alias, before anything is sent. ``plugin.shared`` opens it.

Every cursor asks ``BaseDatabaseWrapper.ensure_connection`` first, connected or not. It is what pytest-django's blocker
and Django's own test classes replace, too: each puts it back in the reverse order. An atomic block asks it as well, but
after it has looked whether it is the outermost one; so it is made to ask before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import Atomic

Ensure = Callable[[BaseDatabaseWrapper], None]
Enter = Callable[[Atomic], None]
Unblock = Callable[[], AbstractContextManager[None]]

_WATCHES = "statusquo_watches"


class Turnstile:
    """Open while a fixture runs: its thread may use the database; *touch* is told each alias before it does."""

    def __init__(self, touch: Callable[[str], None], through: Ensure) -> None:
        self._touch = touch
        self._through = through
        self._before: list[tuple[Ensure, Enter]] = []

    def open(self) -> None:
        """Let the fixture through. Connections of other threads, or of its own making, meet what was there before."""
        before: Ensure = BaseDatabaseWrapper.ensure_connection
        enter: Enter = Atomic.__enter__
        known = {id(connection) for connection in connections.all()}

        def ensure_connection(connection: BaseDatabaseWrapper) -> None:
            if id(connection) not in known:
                return before(connection)
            self._touch(connection.alias)
            return self._through(connection)

        def ask_and_enter(block: Atomic) -> None:
            transaction.get_connection(block.using).ensure_connection()
            enter(block)

        self._before.append((before, enter))
        Atomic.__enter__ = ask_and_enter
        _put(ensure_connection)

    def close(self) -> None:
        """Have everything as it was before."""
        BaseDatabaseWrapper.ensure_connection, Atomic.__enter__ = self._before.pop()


@contextmanager
def free(through: Ensure) -> Iterator[None]:
    """Let everybody at the databases, and notice nobody: what is done inside is not a fixture's."""
    before: Ensure = BaseDatabaseWrapper.ensure_connection
    BaseDatabaseWrapper.ensure_connection = through
    try:
        yield
    finally:
        BaseDatabaseWrapper.ensure_connection = before


def noticing(unblock: Unblock, through: Ensure, is_made: Callable[[str], bool]) -> Unblock:
    """pytest-django's ``unblock`` for fixtures that call it as they had to before: they are noticed all the same.

    What is no test database is none of a frame's business: whoever unblocks it is left to the guard.
    """

    def unblock_and_notice() -> AbstractContextManager[None]:
        watching: Ensure = BaseDatabaseWrapper.ensure_connection
        unblocked = unblock()
        if hasattr(watching, _WATCHES):

            def ensure_connection(connection: BaseDatabaseWrapper) -> None:
                is_ours = connection.alias in connections and is_made(connection.alias)
                return (watching if is_ours else through)(connection)

            _put(ensure_connection)
        return unblocked

    return unblock_and_notice


def _put(watching: Ensure) -> None:
    setattr(watching, _WATCHES, True)
    BaseDatabaseWrapper.ensure_connection = watching
