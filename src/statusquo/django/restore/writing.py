"""Writes the rows of a picture into a database, by statements of Django's own flush where it has them; for ``rows``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.management.color import no_style
from django.db.backends.base.base import BaseDatabaseWrapper

from statusquo.django.restore import mysql, picture, sequences
from statusquo.django.restore.picture import Picture, Table


def write(connection: BaseDatabaseWrapper, wanted: Picture, found: Picture) -> None:
    """Have the tables hold the rows of *wanted* where they hold those of *found*."""
    if connection.vendor == "mysql":
        _write_differing(connection, wanted, found)
    else:
        _write_all(connection, wanted, found)


def _write_all(connection: BaseDatabaseWrapper, wanted: Picture, found: Picture) -> None:
    """Empty all tables, those that came since among them, and fill them; the next keys follow the highest ones."""
    ops, resets = connection.ops, connection.vendor != "postgresql"  # it would reset those of no model, too
    with _transaction(connection), connection.constraint_checks_disabled(), connection.cursor() as cursor:
        for statement in ops.sql_flush(no_style(), [*{**wanted, **found}], reset_sequences=resets, allow_cascade=False):
            cursor.execute(statement)
        for name in referenced_first(_references(connection, cursor, wanted)):
            _insert(connection, cursor, name, wanted[name])
        for statement in ops.sequence_reset_sql(no_style(), sequences.models(wanted)):
            cursor.execute(statement)


def _write_differing(connection: BaseDatabaseWrapper, wanted: Picture, found: Picture) -> None:
    """Empty and fill the tables that have other rows, then set the next keys that are others."""
    tables = [each.name for each in picture.compare(wanted, found) if each.name in wanted]
    with _transaction(connection), connection.cursor() as cursor:
        mysql.empty(connection, cursor, tables)
        for name in tables:
            _insert(connection, cursor, name, wanted[name])
    with connection.cursor() as cursor:
        now = mysql.read_counters(connection, cursor)
        counters = {name: table.counter for name, table in wanted.items() if table.counter != now.get(name)}
        mysql.write_counters(connection, cursor, counters)


def referenced_first(references: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The tables, each after those that it references, where there is such an order."""
    seen: set[str] = set()

    def walk(names: Sequence[str]) -> Iterator[str]:
        for name in names:
            if name in references and name not in seen:
                seen.add(name)
                yield from walk(references[name])
                yield name

    return walk([*references])


def _references(connection: BaseDatabaseWrapper, cursor: Any, wanted: Picture) -> dict[str, list[str]]:
    """The other tables that each table which has rows references."""
    ask = connection.introspection.get_relations
    filled = [name for name, table in wanted.items() if table.rows]
    return {name: sorted({relation[1] for relation in ask(cursor, name).values()}) for name in filled}


def _insert(connection: BaseDatabaseWrapper, cursor: Any, name: str, table: Table) -> None:
    quote = connection.ops.quote_name
    columns = ", ".join(map(quote, table.columns)).replace("%", "%%")
    values = ", ".join(["%s"] * len(table.columns))
    cursor.executemany(f"INSERT INTO {quote(name)} ({columns}) VALUES ({values})", table.rows)


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
