"""What becomes of everything in a database when it is rewound: for ``statusquo explain``. The wiring asks."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing

from psycopg import sql

from statusquo.core.endpoint import Address
from statusquo.core.fact import Fact, Fate
from statusquo.stores.postgres import connection, statements, tables
from statusquo.stores.postgres.tables import Kind, Table

JOURNALED: Mapping[Kind, str] = {
    "plain": "journaled by statement",
    "partitioned": "journaled by row, with all partitions: a statement's transition tables do not tell all of a tree",
    "inherited": "journaled by row: a statement's transition tables do not tell all of a tree",
}

ALWAYS: tuple[tuple[Fate, str, str, str], ...] = (
    ("restored", "rows", "every journaled table", "to the last digit: 1.0 is not 1.00"),
    ("reported", "DDL", "", "tables, columns, functions, extensions that were made, changed or dropped"),
    ("reported", "writes past the journal", "", "it must add up row by row, or nothing is changed"),
    ("reported", "a crash of the server", "", "the journal does not outlive it, and that is noticed"),
    ("left out", "order of rows", "", "a query without ORDER BY may give them in another one"),
    ("left out", "statistics", "", "the planner's, and those of pg_stat views"),
    ("left out", "what sessions hold", "", "currval, prepared statements, advisory locks, LISTEN"),
    ("left out", "roles, other databases", "", "they belong to the server"),
    ("left out", "caches of the application", "", "nobody else can see them"),
)
"""What is so in every database."""


def read(store: str, address: Address) -> tuple[Fact, ...]:
    """What becomes of what the database at *address* holds, reached as its superuser. Only reads. Raises StoreError."""
    with closing(connection.open_ours(address)) as database:
        rows = database.execute(sql.SQL(statements.read("explain"))).fetchall()
        found = [Fact(fate, store, what, where, how) for _, fate, what, where, how in rows]
        known = [_table(store, table) for table in tables.read(database)]
    return (*found, *known, *(Fact(fate, store, what, where, how) for fate, what, where, how in ALWAYS))


def _table(store: str, table: Table) -> Fact:
    found = (
        f"found by {', '.join(table.key)}" if table.key else "without a key: found by reading what was written since"
    )
    return Fact("restored", store, f"{table.kind} table", table.name, f"{JOURNALED[table.kind]}; {found}")
