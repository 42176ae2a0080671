"""A PostgreSQL by its journal, with all rows in this process behind it for what no journal of rows can put back: DDL.

A test that migrates back and forth has undone its DDL when it ends, but the tables' triggers went with it. Then all
rows are written anew, and journaled anew. The rows inside shared fixtures that have committed are not kept so: the
restorer goes back past them.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from statusquo.core.baseline import Baseline, Rewound
from statusquo.core.errors import NotExact
from statusquo.core.protocols import Store
from statusquo.django.restore.rows import Rows

AFFORDABLE = 256 * 2**20
"""Bytes of a database up to which its rows are kept in this process."""


class Journaled:
    """An engine; *open_store* opens the store, marks and journals what is not, whatever happened to the tables."""

    def __init__(self, rows: Rows, open_store: Callable[[], Store]) -> None:
        self._rows = rows
        self._open = open_store
        self._store = open_store()
        self._outermost: Baseline | None = None
        self._kept: Baseline | None = None
        self._now: Baseline | None = None
        """The baseline of the journal that stands for the outermost one."""

    def capture(self) -> Baseline:
        """Make the current state a baseline, inside those that exist; the rows are kept for the outermost one only."""
        baseline = self._store.capture()
        if self._outermost is None:
            self._outermost = self._now = baseline
            self._kept = self._rows.capture() if self._rows.size() <= AFFORDABLE else None
        return baseline

    def rewind(self, to: Baseline) -> Rewound:
        """Put back what changed since *to*, by the journal or, where it cannot be, by all rows. Raises StoreError."""
        started = time.perf_counter()
        is_outermost = to == self._outermost
        try:
            return self._store.rewind(self._now if is_outermost and self._now else to)
        except NotExact as error:
            if not is_outermost:
                raise
            if self._kept is None:
                raise _too_big(error) from error
            reason = error
        done = self._rows.rewind(self._kept)
        self._store.close()
        self._store = self._open()
        self._now = self._store.capture()
        note = f"All rows of the database were written anew. {reason.what} {reason.why}"
        return Rewound(to.store, time.perf_counter() - started, done.touched, (note,))

    def close(self) -> None:
        """Let go of the database."""
        self._store.close()
        self._rows.close()


def _too_big(error: NotExact) -> NotExact:
    return NotExact(
        error.what,
        why=f"{error.why} They are kept in this process up to {AFFORDABLE // 2**20} MB of database.",
        next="Leave tests that need DDL to a run of their own, with --create-db.",
    )
