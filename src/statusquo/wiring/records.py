"""The database of a lane seen as records: which implementation reads and writes it. The doors call this for data."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from statusquo.config import Config, StoreSettings
from statusquo.core import guard
from statusquo.core.definitions import DescribedRows
from statusquo.core.endpoint import Endpoint
from statusquo.core.errors import ConfigError, DatasetError, NoStack
from statusquo.core.lane import Lane
from statusquo.core.writing import Writer
from statusquo.wiring import storage
from statusquo.wiring.storage import host_of


def reading(config: Config, lane: Lane) -> AbstractContextManager[DescribedRows]:
    """The rows of the database that holds the test data, as they are now. Raises ConfigError, NoStack, StoreError."""
    _, endpoint = _database(config, lane)
    return _reading(endpoint)


def writing(config: Config, lane: Lane) -> AbstractContextManager[Writer]:
    """Write that database, in one transaction. Raises GuardError unless it carries the lane's mark; else as above."""
    settings, endpoint = _database(config, lane)
    found = storage.read_mark(settings, endpoint)
    guard.check(store=settings.name, where=str(endpoint), found=found, expected=lane.nonce)
    return _writing(endpoint)


def load(dataset: Path, endpoint: Endpoint) -> None:
    """Load test data with their lock into a database that is being built, counters exactly as ``loaddata`` leaves them.

    Raises DatasetError, StoreError.
    """
    from statusquo.assets import introspected, labels  # noqa: PLC0415 - only where data are loaded
    from statusquo.assets.dataset import Dataset  # noqa: PLC0415 - as above
    from statusquo.assets.loading import load as loader  # noqa: PLC0415 - as above
    from statusquo.assets.loading import outside, source  # noqa: PLC0415 - as above
    from statusquo.assets.loading.plan import Terms  # noqa: PLC0415 - as above

    data = source.read((dataset,))
    with _reading(endpoint) as there:
        tables = there.tables()
        schema = introspected.schema_of(there) if source.is_for_tables(data, tables) else data.schema
    if data.without_lock and not introspected.is_wanted(None, tables):
        raise DatasetError(f"{dataset} has no lock, which knows the models.", next="Make one with 'statusquo dump'.")
    found = Dataset(data.records, schema)
    rows = labels.resolve(found) if data.without_lock else found
    outside.check_fields(rows)
    with _writing(endpoint) as writer:
        outside.check_applied(data.migrations, writer)
        loader.load(rows, writer, Terms(), exact=True)


def _reading(endpoint: Endpoint) -> AbstractContextManager[DescribedRows]:
    if endpoint.path is not None:
        from statusquo.rows import sqlite  # noqa: PLC0415 - only where rows are read

        return sqlite.reading(endpoint.path)
    from statusquo.rows import postgres  # noqa: PLC0415 - the driver is an extra

    return postgres.reading(host_of(endpoint))


def _writing(endpoint: Endpoint) -> AbstractContextManager[Writer]:
    if endpoint.path is not None:
        from statusquo.rows import sqlite_writer  # noqa: PLC0415 - only where rows are written

        return sqlite_writer.writing(endpoint.path)
    from statusquo.rows import postgres_writer  # noqa: PLC0415 - the driver is an extra

    return postgres_writer.writing(host_of(endpoint))


def _database(config: Config, lane: Lane) -> tuple[StoreSettings, Endpoint]:
    settings = next((each for each in config.stores if each.name == config.assets.on), None)
    if settings is None:
        raise ConfigError(
            f"{config.path.name}: there is no database.", why="Test data are read from one.", next="Add a service."
        )
    endpoint = lane.endpoints.get(settings.name)
    if endpoint is None:
        raise NoStack(f'"{settings.name}" does not run in this stack.', next="Start all of it with 'statusquo up'.")
    return settings, endpoint
