"""Stores over the databases that tests use in their own process; for the door of Django.

Who calls vouches for it: the database was made for tests, in this run or one before it. It is marked on that word.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from statusquo.core import guard
from statusquo.core.baseline import Baseline, Rewound
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


def resume_postgres(name: str, address: Address) -> Rewound | None:
    """Put the database back to the outermost baseline that another run has captured in it; ``None`` if there is none.

    Raises MissingProgram, StoreError.
    """
    with _driver():
        from statusquo.stores.postgres import adoption, store  # noqa: PLC0415 - the driver is an extra
    left = adoption.read_left(address)
    if left is None:
        return None
    with closing(store.open_store(name, address, nonce=left.nonce, busy="terminate")) as opened:
        return opened.rewind(opened.take_up(left.token))


def open_sqlite(name: str, path: Path, *, scratch: Path) -> Store:
    """Mark the database file and open its store, which keeps its copies in *scratch*. Raises MissingProgram."""
    from statusquo.stores.sqlite import mark, store  # noqa: PLC0415 - only who uses it pays for it

    nonce = guard.new_nonce()
    mark.write(path, nonce)
    return store.open_store(name, path, nonce=nonce, scratch=scratch)


def keep_sqlite(path: Path, opened: object, baseline: Baseline) -> None:
    """Have the next run find *baseline* beside the file, if this one is killed; *opened* is the store over it."""
    from statusquo.stores.sqlite import kept, store  # noqa: PLC0415 - as above

    if isinstance(opened, store.SqliteStore):
        kept.write(path, opened, baseline)


def resume_sqlite(name: str, path: Path) -> Rewound | None:
    """Put the file back to the baseline that a killed run has kept beside it; ``None`` if there is none.

    Raises MissingProgram, StoreError.
    """
    from statusquo.stores.sqlite import kept  # noqa: PLC0415 - as above

    with tempfile.TemporaryDirectory(prefix="statusquo-") as scratch:
        return kept.put_back(name, path, scratch=Path(scratch))


def release_sqlite(path: Path) -> None:
    """Take the mark away, and what was kept."""
    from statusquo.stores.sqlite import kept, mark  # noqa: PLC0415 - as above

    kept.remove(path)
    if mark.read(path) is not None:
        mark.remove(path)


def open_memory(name: str, connection: sqlite3.Connection, *, shared: str = "") -> Store:
    """The store over the database in memory that *connection* leads to, and *shared* as a URI, if it is shared."""
    from statusquo.stores.sqlite import memory  # noqa: PLC0415 - as above

    return memory.open_store(name, connection, shared=shared)


@contextmanager
def _driver() -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise MissingProgram(
            "The driver psycopg (version 3) is not installed.", next="Install statusquo[postgres]."
        ) from error
