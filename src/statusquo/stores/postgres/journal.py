"""The journal in a database: made once, then following the tables and sequences that come and go.

``store`` calls ``ensure`` when it opens and before it captures. A template brings the journal along to its clones.
"""

from __future__ import annotations

from psycopg import sql

from statusquo.core import guard
from statusquo.core.errors import StoreError
from statusquo.stores.postgres import logs, mark, statements, tables
from statusquo.stores.postgres.connection import Database


def ensure(database: Database, *, store: str, where: str, nonce: str) -> None:
    """See that what can be rewound is journaled; two round trips if it is. Raises GuardError, StoreError."""
    guard.check(store=store, where=where, found=mark.read(database), expected=nonce)
    if not is_installed(database):
        with database.transaction():
            _install(database)
            _follow(database, nonce)
        return
    _check_version(database, store)
    if not _is_up_to_date(database):
        with database.transaction():
            _follow(database, nonce)


def is_installed(database: Database) -> bool:
    """True when the database has a journal."""
    return database.execute("SELECT to_regclass('statusquo.version') IS NOT NULL").fetchone() == (True,)


def _check_version(database: Database, store: str) -> None:
    if database.execute("SELECT digest FROM statusquo.version").fetchone() == (statements.digest(),):
        return
    raise StoreError(
        f'Store "{store}" has a journal that another version of statusquo made.',
        why="The two do not understand each other.",
        next="Run 'statusquo down' and 'statusquo up' to get a fresh one.",
    )


def _is_up_to_date(database: Database) -> bool:
    row = database.execute(sql.SQL(statements.read("read_is_up_to_date"))).fetchone()
    return row == (True,)


def _install(database: Database) -> None:
    """Event triggers are for superusers; everybody else reads the catalog instead."""
    may_have_event_triggers = database.execute("SHOW is_superuser").fetchone() == ("on",)
    for name in statements.INSTALLED:
        database.execute(sql.SQL(statements.read(name)))
    database.execute(statements.statement("define_database", schema=sql.Identifier("statusquo")))
    if may_have_event_triggers:
        database.execute(sql.SQL(statements.read("ddl_triggers")))
    else:
        database.execute("INSERT INTO statusquo.followed VALUES ('')")
    database.execute("INSERT INTO statusquo.version VALUES (%s)", [statements.digest()])
    database.execute("INSERT INTO statusquo.intact DEFAULT VALUES")


def _follow(database: Database, nonce: str) -> None:
    """Journal what is not, forget what is gone. The gate is held: no writer stands between two shapes of a table."""
    database.execute("SELECT statusquo.enter(%s)", [nonce])
    present = {table.relid: table for table in tables.read(database)}
    journaled: dict[int, str] = dict(database.execute("SELECT relid, shape FROM statusquo.journaled").fetchall())
    database.execute("SELECT statusquo.note_unnoticed_ddl()")
    stale = [relid for relid, shape in journaled.items() if relid not in present or present[relid].shape != shape]
    for relid in stale:
        database.execute(logs.remove(relid))
    for relid, table in present.items():
        if relid in stale or relid not in journaled:
            database.execute(logs.install(table))
    database.execute("SELECT statusquo.sync_sequences()")
    database.execute("SELECT statusquo.follow()")
