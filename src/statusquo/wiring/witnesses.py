"""A witness for each store of a configuration: for ``--verify``, and for nobody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from statusquo.config import Config, StoreSettings
from statusquo.core.endpoint import Endpoint
from statusquo.core.protocols import Witness
from statusquo.wiring import rooms


@contextmanager
def open_witnesses(config: Config, endpoints: Mapping[str, Endpoint]) -> Iterator[tuple[Witness, ...]]:
    """Witnesses with connections of their own, in the order of the stores. Raises StoreError."""
    with ExitStack() as undo:
        witnesses: list[Witness] = []
        for settings in config.stores:
            witness = _witness(settings, endpoints[settings.name])
            undo.callback(witness.close)
            witnesses.append(witness)
        yield tuple(witnesses)


def _witness(settings: StoreSettings, endpoint: Endpoint) -> Witness:
    match settings.kind:
        case "postgres":
            from statusquo.stores.postgres.verify import PostgresWitness  # noqa: PLC0415 - the driver is an extra

            return PostgresWitness(settings.name, rooms.superuser(endpoint))
        case "redis":
            from statusquo.stores.redis.verify import RedisWitness  # noqa: PLC0415 - as above

            if endpoint.host is None:
                raise AssertionError(f"{endpoint.name} has no address")
            return RedisWitness(settings.name, endpoint.host, keep=settings.keep, databases=settings.databases)
        case "files":
            from statusquo.stores.files.verify import FilesWitness  # noqa: PLC0415 - as above

            if endpoint.path is None:
                raise AssertionError(f"{endpoint.name} has no path")
            return FilesWitness(settings.name, endpoint.path)
        case "sqlite":
            from statusquo.stores.sqlite.verify import SqliteWitness  # noqa: PLC0415 - as above

            if endpoint.path is None:
                raise AssertionError(f"{endpoint.name} has no path")
            return SqliteWitness(settings.name, endpoint.path)
