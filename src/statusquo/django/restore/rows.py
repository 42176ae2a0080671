"""A database that no store can put back: all of its rows are kept in this process, and written anew where some differ.

For MySQL, MariaDB and Oracle, and for roles that may not do better; it costs what is stored. No serialiser has a part
in it: tables that no model manages, and those of apps without migrations, come back with their keys, too.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import OperationalError, connections

from statusquo.core.baseline import Baseline, Rewound, Touched
from statusquo.core.errors import NotExact
from statusquo.core.layers import Layers
from statusquo.django.restore import counters, mysql, picture, reading, writing
from statusquo.django.restore.counters import Counters
from statusquo.django.restore.picture import Picture

PASSES = 3
"""So often rows are written, where triggers write others beside them."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a baseline."""

    rows: Picture
    counters: Counters


class Rows:
    """An engine over a connection of its own: those of tests may be forbidden, or busy."""

    def __init__(self, alias: str) -> None:
        self.name = alias
        own = connections[alias].copy()
        self._connection = mysql.begin_as_ours(own) if own.vendor == "mysql" else own
        self._layers: Layers[Kept] = Layers(alias)

    def size(self) -> int:
        """The bytes that a PostgreSQL has for the database."""
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])

    def capture(self) -> Baseline:
        """Read all rows and make them a baseline, inside those that exist."""
        return self._layers.push(Kept(reading.read(self._connection), counters.read(self._connection)))

    def rewind(self, to: Baseline) -> Rewound:
        """Read all rows, and write them anew if some differ; drop the baselines captured after *to*.

        Raises StaleBaseline, NotExact, Busy.
        """
        started = time.perf_counter()
        kept = self._layers.find(to)
        wanted = kept.rows
        found = reading.read(self._connection)
        _check_shape(self.name, tuple(picture.reshaped(wanted, found)))
        touched = picture.compare(wanted, found)
        ended = self._write_until_equal(wanted, found) if touched else 0
        if moved := counters.put_back(self._connection, kept.counters):
            touched = (*touched, Touched(picture.COUNTERS, moved))
        self._layers.drop_above(to)
        notes = (f"Sessions in a transaction that a test had left open were ended: {ended}.",) if ended else ()
        return Rewound(self.name, time.perf_counter() - started, touched, notes)

    def close(self) -> None:
        """Forget the rows and hang up."""
        self._layers.clear()
        self._connection.close()
        if self._connection.connection is not None:  # Django keeps a SQLite in memory open
            self._connection.connection.close()

    def _write_until_equal(self, wanted: Picture, found: Picture) -> int:
        """Triggers see what is written, and may write; returns how many sessions had to be ended."""
        ended, differing = 0, picture.compare(wanted, found)
        for _ in range(PASSES):
            ended += self._write(wanted, found)
            found = reading.read(self._connection)
            differing = picture.compare(wanted, found)
            if not differing:
                return ended
        raise _not_equal(self.name, differing)

    def _write(self, wanted: Picture, found: Picture) -> int:
        try:
            writing.write(self._connection, wanted, found)
        except OperationalError as error:
            if self._connection.vendor != "mysql":
                raise
            ended = mysql.end_transactions(self._connection, error)
            writing.write(self._connection, wanted, found)
            return ended
        return 0


def _check_shape(alias: str, others: Sequence[str]) -> None:
    if others:
        raise NotExact(
            f'Database "{alias}": other columns than when the tests began, or none, have {", ".join(sorted(others))}.',
            why="Rows are put back, DDL is not.",
            next="Have the test undo its DDL, a migration by the migration back.",
        )


def _not_equal(alias: str, differing: Sequence[Touched]) -> NotExact:
    tables = ", ".join(each.name for each in differing)
    return NotExact(
        f'Database "{alias}": rows were written anew, and differ again: {tables}.',
        why="A trigger writes to them, or to others, whenever they are written.",
        next="Have the test database without that trigger, and make it in the tests that are about it.",
    )
