"""Threads of a test that is rolled back use its connections: they see its rows, and theirs go with it.

Django gives each thread connections of its own. What a thread of such a test writes would be committed and stay, and
what the test wrote it would not see; asynchronous code, whose queries asgiref runs in a thread, has the same fate.
Savepoints of threads that run at once do mix: a test of concurrency has to be a transactional one.
Entered by ``plugin.surroundings``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import get_ident
from typing import Any
from unittest.mock import patch

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper


@contextmanager
def sharing() -> Iterator[None]:
    """Lend this thread's connections to all others, each while a test or a fixture has a transaction open on it."""
    owner = get_ident()
    ours = {alias: connections[alias] for alias in connections}
    own: Callable[[Any, str], BaseDatabaseWrapper] = type(connections).__getitem__

    def find(handler: Any, alias: str) -> BaseDatabaseWrapper:
        if get_ident() == owner or handler is not connections or not is_rolled_back(ours[alias]):
            return own(handler, alias)
        return ours[alias]

    with ExitStack() as undo:
        for connection in ours.values():
            undo.enter_context(_lendable(connection, owner))
        undo.enter_context(patch.object(type(connections), "__getitem__", find))
        yield


def is_rolled_back(connection: BaseDatabaseWrapper) -> bool:
    """Whether the outermost open block is one that Django's tests, pytest-django's or ours open to roll it back.

    ``_from_testcase`` is private; Django looks at it where it asks whether a block may be durable, since 4.1.
    """
    return any(block._from_testcase for block in connection.atomic_blocks[:1])  # noqa: SLF001


@contextmanager
def _lendable(connection: BaseDatabaseWrapper, owner: int) -> Iterator[None]:
    """Let other threads use the connection, but not close it while a test needs it."""
    close = connection.close

    def close_own() -> None:
        if get_ident() == owner or not is_rolled_back(connection):
            close()

    connection.inc_thread_sharing()
    with patch.object(connection, "close", close_own):
        yield
    connection.dec_thread_sharing()
