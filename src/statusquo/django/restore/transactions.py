"""Transactions that tests have left open on the connections of their thread: nothing can be put back under one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from statusquo.django.restore.databases import place

Levels = Mapping[str, int]


def is_open(alias: str) -> bool:
    """True if a connection of this thread to the database of the alias is in a transaction."""
    return any(_is_open(wrapper) for wrapper in _leading_where(alias))


def leave(alias: str) -> None:
    """Roll back what is open. Whoever began it finds it ended."""
    for wrapper in _leading_where(alias):
        if _is_open(wrapper):
            wrapper.connection.rollback()
            wrapper.in_atomic_block = wrapper.needs_rollback = False
            wrapper.savepoint_ids, wrapper.atomic_blocks, wrapper.run_on_commit = [], [], []
            wrapper.set_autocommit(True)


def levels() -> Levels:
    """How many blocks are open on each alias now."""
    return {wrapper.alias: len(wrapper.atomic_blocks) for wrapper in connections.all(initialized_only=True)}


def leave_above(levels: Levels) -> None:
    """Roll back the blocks that were opened since, and are still open."""
    for wrapper in connections.all(initialized_only=True):
        for block in reversed(wrapper.atomic_blocks[levels.get(wrapper.alias, 0) :]):
            wrapper.needs_rollback = True
            block.__exit__(None, None, None)


def _leading_where(alias: str) -> Iterator[BaseDatabaseWrapper]:
    where = place(alias)
    return (wrapper for wrapper in connections.all(initialized_only=True) if place(wrapper.alias) == where)


def _is_open(wrapper: BaseDatabaseWrapper) -> bool:
    return wrapper.connection is not None and (wrapper.in_atomic_block or not wrapper.autocommit)
