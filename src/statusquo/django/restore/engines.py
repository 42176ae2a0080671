"""What puts the database of an alias back: a store where there is one, else all rows anew. The restorer opens them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from statusquo.core.baseline import Baseline, Rewound
from statusquo.core.endpoint import Address
from statusquo.core.errors import ConfigError, MissingProgram, StoreError
from statusquo.django.restore.journaled import Journaled
from statusquo.django.restore.rows import Rows
from statusquo.wiring import inprocess

Tell = Callable[[str], None]
"""Takes a sentence for the end of the run."""

MakeScratch = Callable[[], Path]
"""Makes a folder for copies, which goes with the run."""


class Engine(Protocol):
    """What a store can do, but for a diff."""

    def capture(self) -> Baseline:
        """Make the current state a baseline, inside those that exist."""

    def rewind(self, to: Baseline) -> Rewound:
        """Put back what changed since *to* and drop the baselines captured after it. Raises StoreError."""

    def close(self) -> None:
        """Let go of the database."""


def open_engine(alias: str, make_scratch: MakeScratch, *, tell: Tell) -> Engine:
    """What puts the test database of the alias back; *tell* is told what would make it faster.

    ``STATUSQUO_ENGINE = "rows"`` in the settings asks for the slow one. Raises StoreError, ConfigError.
    """
    connection, asked = connections[alias], getattr(settings, "STATUSQUO_ENGINE", "")
    if asked not in {"", "rows"}:
        raise ConfigError(f'STATUSQUO_ENGINE: "{asked}" is none.', next='Say "rows", or leave it away.')
    if asked == "rows" or connection.vendor not in _STORES:
        return Rows(alias)
    connection.ensure_connection()
    try:
        return _STORES[connection.vendor](connection, make_scratch)
    except (MissingProgram, StoreError) as error:
        because = f"{error.why} {error.next}" if error.why else str(error)
        tell(f'The database of the alias "{alias}" is put back by writing all rows anew, which is slow. {because}')
        return Rows(alias)


def keep(alias: str, engine: Engine, baseline: Baseline) -> None:
    """Have what puts the database back outlive this process: a journal does so by itself."""
    connection = connections[alias]
    if connection.vendor == "sqlite" and not connection.is_in_memory_db():
        inprocess.keep_sqlite(_path(connection), engine, baseline)


def release(alias: str) -> None:
    """Take away what beside a database says that it is ours."""
    connection = connections[alias]
    if connection.vendor == "sqlite" and not connection.is_in_memory_db():
        inprocess.release_sqlite(_path(connection))


def _open_postgres(connection: BaseDatabaseWrapper, _: MakeScratch) -> Engine:
    alias, where = connection.alias, address(connection)
    return Journaled(Rows(alias), lambda: inprocess.open_postgres(alias, where))


def _open_sqlite(connection: BaseDatabaseWrapper, make_scratch: MakeScratch) -> Engine:
    if connection.is_in_memory_db():
        name = str(connection.settings_dict["NAME"])
        shared = name if "cache=shared" in name else ""
        return inprocess.open_memory(connection.alias, connection.connection, shared=shared)
    return inprocess.open_sqlite(connection.alias, _path(connection), scratch=make_scratch())


_STORES = {"postgresql": _open_postgres, "sqlite": _open_sqlite}


def address(connection: BaseDatabaseWrapper) -> Address:
    """Where an open connection to a PostgreSQL leads, whatever told its driver so."""
    info = connection.connection.info
    return Address("postgresql", info.host, info.port, info.user, info.password, info.dbname)


def _path(connection: BaseDatabaseWrapper) -> Path:
    return Path(str(connection.settings_dict["NAME"]))
