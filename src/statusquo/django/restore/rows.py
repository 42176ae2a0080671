"""A database that no store can put back: all of its rows are kept in this process, and written anew where some differ.

For MySQL, MariaDB and Oracle, and for roles that may not do better; it costs what is stored. No serialiser has a part
in it: tables that no model manages, and those of apps without migrations, come back with their keys, too.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from statusquo.core.baseline import Baseline, Rewound, Touched
from statusquo.core.errors import NotExact
from statusquo.core.layers import Layers
from statusquo.django.restore import sequences


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one table, without what the database computes."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


Picture = Mapping[str, Table]
"""All tables by name."""

COLUMNS = """
    SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
    WHERE a.attnum > 0 AND NOT a.attisdropped AND pg_catalog.pg_table_is_visible(c.oid)
    GROUP BY c.oid, c.relname
"""
"""Of all tables of a PostgreSQL at once, those that are seen without a schema's name."""


class Rows:
    """An engine over a connection of its own: those of tests may be forbidden, or busy."""

    def __init__(self, alias: str) -> None:
        self.name = alias
        self._connection = connections[alias].copy()
        self._layers: Layers[Picture] = Layers(alias)

    def size(self) -> int:
        """The bytes that a PostgreSQL has for the database."""
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])

    def capture(self) -> Baseline:
        """Read all rows and make them a baseline, inside those that exist."""
        return self._layers.push(read(self._connection))

    def rewind(self, to: Baseline) -> Rewound:
        """Read all rows, and write all anew if some differ; drop the baselines captured after *to*.

        Raises StaleBaseline, NotExact.
        """
        started = time.perf_counter()
        wanted = self._layers.find(to)
        found = read(self._connection)
        _check_shape(self.name, wanted, found)
        touched = compare(wanted, found)
        if touched:
            write(self._connection, wanted)
        self._layers.drop_above(to)
        return Rewound(self.name, time.perf_counter() - started, touched)

    def close(self) -> None:
        """Forget the rows and hang up."""
        self._layers.clear()
        self._connection.close()


def read(connection: BaseDatabaseWrapper) -> Picture:
    """What all tables hold that the connection sees without a schema's name: a query for each."""
    computed = _computed()
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        if connection.vendor != "postgresql":
            return {name: _read(connection, cursor, name, computed.get(name, ())) for name in names}
        cursor.execute(COLUMNS)
        columns = dict(cursor.fetchall())
        return {name: _read_as_text(connection, cursor, name, _stored(name, columns, computed)) for name in names}


def compare(wanted: Picture, found: Picture) -> tuple[Touched, ...]:
    """The tables of *wanted* that hold other rows in *found*, in whatever order; one that is gone holds none."""
    none = Table((), ())
    counts = ((name, _count_differing(table, found.get(name, none))) for name, table in wanted.items())
    return tuple(Touched(name, many) for name, many in counts if many)


def write(connection: BaseDatabaseWrapper, picture: Picture) -> None:
    """Empty all tables and fill them as *picture* has them; the next keys follow the highest ones."""
    ops, resets = connection.ops, connection.vendor != "postgresql"  # it would reset those of no model, too
    with _transaction(connection), connection.constraint_checks_disabled(), connection.cursor() as cursor:
        for statement in ops.sql_flush(no_style(), [*picture], reset_sequences=resets, allow_cascade=False):
            cursor.execute(statement)
        for name in referenced_first(_references(connection, cursor, picture)):
            _insert(connection, cursor, name, picture[name])
        for statement in ops.sequence_reset_sql(no_style(), sequences.models(picture)):
            cursor.execute(statement)


def referenced_first(references: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The tables, each after those that it references, where there is such an order."""
    seen: set[str] = set()

    def walk(names: Iterable[str]) -> Iterator[str]:
        for name in names:
            if name in references and name not in seen:
                seen.add(name)
                yield from walk(references[name])
                yield name

    return walk(references)


@contextmanager
def _transaction(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """``atomic`` would open one on the thread's connection of that alias."""
    connection.set_autocommit(False)
    try:
        yield
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    finally:
        connection.set_autocommit(True)


def _check_shape(alias: str, wanted: Picture, found: Picture) -> None:
    others = [name for name, table in wanted.items() if name not in found or found[name].columns != table.columns]
    if others:
        raise NotExact(
            f'Database "{alias}": other columns than when the tests began, or none, have {", ".join(sorted(others))}.',
            why="Rows are put back, DDL is not.",
            next="Have the test undo its DDL, a migration by the migration back.",
        )


def _count_differing(one: Table, other: Table) -> int:
    here, there = Counter(map(repr, one.rows)), Counter(map(repr, other.rows))
    return ((here - there) + (there - here)).total()


def _references(connection: BaseDatabaseWrapper, cursor: Any, picture: Picture) -> dict[str, list[str]]:
    """The tables that are to have rows, and which others each references."""
    relations = connection.introspection.get_relations
    return {
        name: sorted({relation[1] for relation in relations(cursor, name).values()} - {name})
        for name, table in picture.items()
        if table.rows
    }


def _read(connection: BaseDatabaseWrapper, cursor: Any, name: str, computed: Collection[str]) -> Table:
    cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
    columns = tuple(column[0] for column in cursor.description)
    kept = [place for place, column in enumerate(columns) if column not in computed]
    rows = tuple(tuple(row[place] for place in kept) for row in cursor.fetchall())
    return Table(tuple(columns[place] for place in kept), rows)


def _read_as_text(connection: BaseDatabaseWrapper, cursor: Any, name: str, columns: tuple[str, ...]) -> Table:
    """PostgreSQL reads all types from text; its drivers do not write all that they read."""
    quote = connection.ops.quote_name
    texts = ", ".join(f"{quote(column)}::text" for column in columns)
    cursor.execute(f"SELECT {texts} FROM {quote(name)}")
    return Table(columns, tuple(map(tuple, cursor.fetchall())))


def _insert(connection: BaseDatabaseWrapper, cursor: Any, name: str, table: Table) -> None:
    quote = connection.ops.quote_name
    columns, values = ", ".join(map(quote, table.columns)), ", ".join(["%s"] * len(table.columns))
    cursor.executemany(f"INSERT INTO {quote(name)} ({columns}) VALUES ({values})", table.rows)


def _stored(name: str, columns: Mapping[str, list[str]], computed: Mapping[str, set[str]]) -> tuple[str, ...]:
    return tuple(column for column in columns.get(name, ()) if column not in computed.get(name, ()))


def _computed() -> dict[str, set[str]]:
    """By table, the columns that the database computes, as far as models tell."""
    computed: dict[str, set[str]] = {}
    for model in apps.get_models():
        fields = (field for field in model._meta.local_concrete_fields if getattr(field, "generated", False))
        computed.setdefault(model._meta.db_table, set()).update(field.column for field in fields)
    return computed
