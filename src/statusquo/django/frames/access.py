"""Notices the first query of a shared fixture on each alias, before anything is sent. ``plugin.shared`` opens it.

Every cursor and every atomic block asks ``BaseDatabaseWrapper.ensure_connection`` first, connected or not. It is what
pytest-django's blocker and Django's own test classes replace, too: each puts it back in the reverse order.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

Ensure = Callable[[BaseDatabaseWrapper], None]


class Gate:
    """Open while a fixture runs: its thread may use the database; *touch* is told each alias before it does."""

    def __init__(self, touch: Callable[[str], None], through: Ensure) -> None:
        self._touch = touch
        self._through = through
        self._before: list[Ensure] = []

    def open(self) -> None:
        """Let the fixture through. Connections of other threads, or of its own making, meet what was there before."""
        before: Ensure = BaseDatabaseWrapper.ensure_connection
        known = {id(connection) for connection in connections.all()}

        def ensure_connection(connection: BaseDatabaseWrapper) -> None:
            if id(connection) not in known:
                return before(connection)
            self._touch(connection.alias)
            return self._through(connection)

        self._before.append(before)
        BaseDatabaseWrapper.ensure_connection = ensure_connection

    def close(self) -> None:
        """Have everything as it was before."""
        BaseDatabaseWrapper.ensure_connection = self._before.pop()
