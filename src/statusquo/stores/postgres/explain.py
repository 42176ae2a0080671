"""What becomes of everything in a database when it is rewound: for ``statusquo explain``. The wiring asks."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing

from psycopg import errors, sql

from statusquo.core.endpoint import Address
from statusquo.core.fact import Fact, Fate
from statusquo.stores.postgres import clone, connection, statements, tables
from statusquo.stores.postgres.connection import Database
from statusquo.stores.postgres.swap import Template
from statusquo.stores.postgres.tables import Kind, Table

JOURNALED: Mapping[Kind, str] = {
    "plain": "journaled by statement",
    "partitioned": "journaled by row, with all partitions: a statement's transition tables do not tell all of a tree",
    "inherited": "journaled by row: a statement's transition tables do not tell all of a tree",
}

ANSWERS: Mapping[bool, str] = {
    True: "a copy takes the database's place, and its connections are closed",
    False: "the rewind is refused",
}
"""What becomes of what the journal cannot put back, where there is a template and where there is none."""

ALWAYS: tuple[tuple[Fate, str, str, str], ...] = (
    ("restored", "rows", "every journaled table", "to the last digit: 1.0 is not 1.00"),
    ("left out", "order of rows", "", "a query without ORDER BY may give them in another one"),
    ("left out", "statistics", "", "the planner's, and those of pg_stat views"),
    ("left out", "what sessions hold", "", "currval, prepared statements, advisory locks, LISTEN"),
    (
        "left out",
        "the database itself",
        "",
        "owner, grants, settings, comment: only a copy in its place has them again",
    ),
    ("left out", "roles, other databases", "", "they belong to the server"),
    ("left out", "caches of the application", "", "nobody else can see them"),
)
"""What is so in every database."""

BEYOND_JOURNAL: tuple[tuple[str, str], ...] = (
    ("DDL", "what it made, changed or dropped is noticed"),
    ("writes past the journal", "rows do not add up then"),
    ("a crash of the server", "the journal does not outlive it"),
)
"""What is noticed in every database, and how."""


def read(store: str, address: Address, template: Template | None = None) -> tuple[Fact, ...]:
    """What becomes of what the database at *address* holds, for the role in it. Only reads. Raises StoreError."""
    has_way_back = template is not None and clone.is_template(template.maintenance, template.name)
    answer = ANSWERS[has_way_back]
    with closing(connection.open_plain(address)) as database:
        rights = _rights(database, address)
        database.execute("SET search_path = pg_catalog")
        rows = database.execute(sql.SQL(statements.read("explain")), {"answer": answer}).fetchall()
        found = [Fact(fate, store, what, where, how) for _, fate, what, where, how in rows]
        known = [_table(store, table) for table in tables.read(database)]
    beyond = (Fact("reported", store, what, "", f"{how}: {answer}") for what, how in BEYOND_JOURNAL)
    always = (Fact(fate, store, what, where, how) for fate, what, where, how in ALWAYS)
    return (
        Fact("given", store, "rights", address.user, rights),
        _way_back(store, template if has_way_back else None),
        *found, *known, *beyond, *always,
    )  # fmt: skip


def _rights(database: Database, address: Address) -> str:
    """What the role may do, or what it would have to be granted."""
    try:
        database.execute("SET session_replication_role = replica")
    except errors.InsufficientPrivilege:
        return f"it cannot be rewound: {connection.LACKING} {connection.remedy(database, address)}"
    is_superuser = database.execute("SHOW is_superuser").fetchone() == ("on",)
    return (
        f"{'superuser' if is_superuser else 'no superuser, but it'} may rewind: triggers and foreign keys are off then"
    )


def _way_back(store: str, template: Template | None) -> Fact:
    if template is None:
        return Fact("given", store, "what is no row", "", "no template to copy: such changes are noticed and refused")
    how = (
        "copied where the journal does not suffice; layers that come with DDL or large objects get a copy of their own"
    )
    return Fact("given", store, "template", template.name, how)


def _table(store: str, table: Table) -> Fact:
    found = (
        f"found by {', '.join(table.key)}" if table.key else "without a key: found by reading what was written since"
    )
    return Fact("restored", store, f"{table.kind} table", table.name, f"{JOURNALED[table.kind]}; {found}")
