"""Stores over the databases that tests use in their own process; for the door of Django.

Who calls vouches for it: the database was made for tests, in this run or one before it. It is marked on that word.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from statusquo.core import guard
from statusquo.core.endpoint import Address
from statusquo.core.errors import MissingProgram
from statusquo.core.protocols import Store


def open_postgres(name: str, address: Address) -> Store:
    """Mark the database at *address*, journal it and open its store; who stands in the way of a rewind is ended.

    Raises MissingProgram, StoreError.
    """
    nonce = guard.new_nonce()
    with _driver():
        from statusquo.stores.postgres import mark, store  # noqa: PLC0415 - the driver is an extra
    mark.write(address, nonce)
    return store.open_store(name, address, nonce=nonce, busy="terminate")


def release_postgres(name: str, address: Address) -> None:
    """Take mark and journal away; rows stay as they are. Raises StoreError."""
    from contextlib import closing  # noqa: PLC0415

    from statusquo.stores.postgres import adoption, connection, mark  # noqa: PLC0415 - the driver is an extra

    with closing(connection.open_plain(address)) as database:
        nonce = mark.read(database)
    if nonce is not None:
        adoption.release(name, address, nonce=nonce, settle=2.0)


def open_sqlite(name: str, path: Path, *, scratch: Path) -> Store:
    """Mark the database file and open its store, which keeps its copies in *scratch*. Raises MissingProgram."""
    from statusquo.stores.sqlite import mark, store  # noqa: PLC0415 - only who uses it pays for it

    nonce = guard.new_nonce()
    mark.write(path, nonce)
    return store.open_store(name, path, nonce=nonce, scratch=scratch)


def release_sqlite(path: Path) -> None:
    """Take the mark away."""
    from statusquo.stores.sqlite import mark  # noqa: PLC0415

    if mark.read(path) is not None:
        mark.remove(path)


def open_memory(name: str, connection: sqlite3.Connection) -> Store:
    """The store over the database in memory that *connection* leads to."""
    from statusquo.stores.sqlite import memory  # noqa: PLC0415

    return memory.open_store(name, connection)


@contextmanager
def _driver() -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise MissingProgram(
            "The driver psycopg (version 3) is not installed.", next="Install statusquo[postgres]."
        ) from error
