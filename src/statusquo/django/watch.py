"""Watches what a test does with its databases, from Django's side: only for the report, which somebody asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

OURS = "statusquo: "
"""What the aliases of connections of our own begin with: nobody watches them."""
_WRITES = re.compile(r"\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE(?:\s+TABLE)?)\s+([^\s(;]+)", re.IGNORECASE)
_QUOTES = '"`[]'
_COMMITS = re.compile(r"\s*(?:COMMIT|END)\b", re.IGNORECASE)


class Watch:
    """What has been seen since the last ``restart``; of other processes, and of SQL inside SQL, nothing is."""

    def __init__(self) -> None:
        self.tables: set[str] = set()
        """Those that statements named as written, ``alias.table``."""
        self.has_committed = False
        """A transaction that had written, or had callbacks waiting for it, was committed."""
        self.has_second = False
        """A connection was used that is not the one of the tests' own thread."""
        self.has_failed = False
        """A statement failed outside a transaction, and the next one went on."""
        self._is_on = False
        self._own: tuple[BaseDatabaseWrapper, ...] = ()

    @contextmanager
    def standing(self) -> Iterator[None]:
        """Be there, in the thread of the tests, until the end."""
        self._own = tuple(connections[alias] for alias in connections)
        commit = BaseDatabaseWrapper.commit

        def commit_and_tell(connection: BaseDatabaseWrapper) -> None:
            if self._is_on and (self.tables or connection.run_on_commit):
                self.has_committed = True
            commit(connection)

        connection_created.connect(self._meet)
        try:
            with mock.patch.object(BaseDatabaseWrapper, "commit", commit_and_tell):
                yield
        finally:
            connection_created.disconnect(self._meet)

    def restart(self) -> None:
        """Forget what was seen, and look from now on."""
        self.tables, self.has_committed, self.has_second, self.has_failed = set(), False, False, False
        self._is_on = True

    def stop(self) -> None:
        """Look away: what happens now is not the test's doing."""
        self._is_on = False

    @contextmanager
    def looking_away(self) -> Iterator[None]:
        """Within, what happens is not the test's doing."""
        before, self._is_on = self._is_on, False
        yield
        self._is_on = before

    def _meet(self, connection: BaseDatabaseWrapper, **_: object) -> None:
        if not connection.alias.startswith(OURS) and self._see not in connection.execute_wrappers:
            connection.execute_wrappers.append(self._see)

    def _see(self, execute: Callable[..., Any], sql: object, *others: Any) -> Any:
        connection = others[-1]["connection"]
        if self._is_on:
            self.has_second |= all(connection is not own for own in self._own)
            if found := _WRITES.match(str(sql)):
                self.tables.add(f"{connection.alias}.{found[1].strip(_QUOTES)}")
            elif _COMMITS.match(str(sql)):
                self.has_committed = True
        try:
            return execute(sql, *others)
        except DatabaseError:
            self.has_failed |= self._is_on and not connection.in_atomic_block
            raise
