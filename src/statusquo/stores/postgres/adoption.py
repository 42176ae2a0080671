"""A database that somebody else made: what it holds, and how it is left as it was found. ``statusquo adopt`` asks."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from psycopg import sql

from statusquo.core import guard
from statusquo.core.endpoint import Address
from statusquo.core.errors import GuardError
from statusquo.core.holding import Holding, count
from statusquo.stores.postgres import connection, journal, mark, settled, statements
from statusquo.stores.postgres.connection import Database
from statusquo.stores.postgres.settled import Patience


@dataclass(frozen=True, slots=True)
class Left:
    """What another run has left in a database: its mark, and its outermost baseline."""

    nonce: str
    token: str


def read_left(address: Address) -> Left | None:
    """The baseline that is in the database at *address*, if a journal is; only reads. Raises StoreError."""
    with closing(connection.open_plain(address)) as database:
        nonce = mark.read(database)
        if nonce is None or not journal.is_installed(database):
            return None
        found = database.execute("SELECT token FROM statusquo.baseline ORDER BY depth LIMIT 1").fetchone()
        return Left(nonce, str(found[0])) if found else None


def look(store: str, address: Address) -> Holding:
    """What the database at *address* holds; only reads. Raises StoreError; GuardError if there is no place for us."""
    with closing(connection.open_plain(address)) as database:
        found = database.execute(sql.SQL(statements.read("read_holding"))).fetchone()
        if found is None:
            raise AssertionError("an aggregate answers with one row")
        size, tables, rows, others, is_in_the_way = found
        if is_in_the_way:
            raise GuardError(
                f'Store "{store}": the database "{address.name}" has a schema statusquo that is not ours.',
                why="The journal needs that name, and takes it along when it goes.",
                next="Rename the schema.",
            )
        return Holding(size, f"{count(tables, 'table')}, about {count(rows, 'row')}", others, mark.read(database))


def release(store: str, address: Address, *, nonce: str, settle: float) -> None:
    """Take mark and journal away from the database that carries the mark; rows stay as they are.

    Nothing happens where there is no mark. Raises GuardError, Busy, StoreError.
    """
    with closing(connection.open_ours(address)) as database:

        def check(database: Database) -> None:
            guard.check(store=store, where=connection.where(address), found=mark.read(database), expected=nonce)

        if mark.read(database) is not None:
            patience = Patience(store, settle, "wait", lambda _: None, check)
            settled.patiently(lambda: _release(database, patience, nonce), database, patience)


def _release(database: Database, patience: Patience, nonce: str) -> None:
    with database.transaction():
        patience.guard(database)
        if journal.is_installed(database):
            database.execute("SELECT statusquo.enter(%s)", [nonce])
        database.execute("DROP SCHEMA statusquo CASCADE")
