"""Where all sequences stand: ``nextval`` and an INSERT that is rolled back move them, and no row says so; for ``rows``.

MySQL counts by table, which ``picture`` has; who else is not named here has the next keys follow the highest ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

Counters = Mapping[str, tuple[object, ...]]
"""What tells where each stands, by name."""

_OF_POSTGRES = """
    SELECT c.oid::regclass::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relpersistence <> 't' AND n.nspname <> 'statusquo'
    AND CASE c.relkind WHEN 'S' THEN has_sequence_privilege(c.oid, 'SELECT') ELSE false END
"""
"""By CASE, as PostgreSQL asks in the order it likes, and raises an error for what is no sequence."""
_SET = {
    "postgresql": "SELECT setval(%s::regclass, %s, %s)",
    "sqlite": "INSERT INTO sqlite_sequence VALUES (%s, %s)",
}
_OF_SQLITE = "SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'"


def read(connection: BaseDatabaseWrapper) -> Counters:
    """Where they stand now."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            return _read_postgres(cursor)
        if connection.vendor == "sqlite" and cursor.execute(_OF_SQLITE).fetchone():
            cursor.execute("SELECT name, seq FROM sqlite_sequence")
            return {name: (number,) for name, number in cursor.fetchall()}
    return {}


def put_back(connection: BaseDatabaseWrapper, wanted: Counters) -> int:
    """Have those that are still there stand as in *wanted*; says how many had moved."""
    found = read(connection)
    moved = [name for name in found if wanted.get(name) != found[name]]
    moved += [name for name in wanted if name not in found and connection.vendor == "sqlite"]  # a row comes when needed
    with connection.cursor() as cursor:
        for name in moved:
            if connection.vendor == "sqlite":
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [name])
            if name in wanted:
                cursor.execute(_SET[connection.vendor], [name, *wanted[name]])
    return len(moved)


def _read_postgres(cursor: Any) -> Counters:
    cursor.execute(_OF_POSTGRES)
    names = [name for (name,) in cursor.fetchall()]
    if not names:
        return {}
    places = (name.replace("%", "%%") for name in names)  # the server has quoted them
    cursor.execute(" UNION ALL ".join(f"SELECT %s, last_value, is_called FROM {each}" for each in places), names)  # noqa: S608
    return {name: tuple(stands) for name, *stands in cursor.fetchall()}
