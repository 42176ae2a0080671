"""The database of a lane seen as records: which implementation reads it. The doors call this to dump data."""

from __future__ import annotations

from contextlib import AbstractContextManager

from statusquo.config import Config
from statusquo.core.errors import ConfigError, NoStack
from statusquo.core.lane import Lane
from statusquo.core.rows import Rows
from statusquo.rows import sqlite
from statusquo.wiring.storage import host_of, path_of


def reading(config: Config, lane: Lane) -> AbstractContextManager[Rows]:
    """The rows of the database that holds the test data, as they are now. Raises ConfigError, NoStack, StoreError."""
    settings = next((each for each in config.stores if each.name == config.assets.on), None)
    if settings is None:
        raise ConfigError(
            f"{config.path.name}: there is no database.", why="Test data are read from one.", next="Add a service."
        )
    endpoint = lane.endpoints.get(settings.name)
    if endpoint is None:
        raise NoStack(f'"{settings.name}" does not run in this stack.', next="Start all of it with 'statusquo up'.")
    if settings.kind == "sqlite":
        return sqlite.reading(path_of(endpoint))
    from statusquo.rows import postgres  # noqa: PLC0415 - the driver is an extra

    return postgres.reading(host_of(endpoint))
