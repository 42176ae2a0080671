"""A witness for each store of a configuration: for ``--verify``, and for nobody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from statusquo.config import Config, StoreSettings
from statusquo.core.endpoint import Endpoint
from statusquo.core.protocols import Witness
from statusquo.wiring import storage


@contextmanager
def open_witnesses(config: Config, endpoints: Mapping[str, Endpoint]) -> Iterator[tuple[Witness, ...]]:
    """Witnesses with connections of their own, in the order of the stores. Raises StoreError."""
    with ExitStack() as undo:
        witnesses: list[Witness] = []
        for settings in config.stores:
            if settings.name not in endpoints:
                continue
            witness = _witness(settings, endpoints[settings.name])
            undo.callback(witness.close)
            witnesses.append(witness)
        yield tuple(witnesses)


def _witness(settings: StoreSettings, endpoint: Endpoint) -> Witness:
    match settings.kind:
        case "postgres":
            from statusquo.stores.postgres.verify import PostgresWitness  # noqa: PLC0415 - the driver is an extra

            return PostgresWitness(settings.name, storage.admin_of(endpoint))
        case "redis":
            from statusquo.stores.redis.verify import RedisWitness  # noqa: PLC0415 - as above

            return RedisWitness(
                settings.name, storage.host_of(endpoint), keep=settings.keep, databases=settings.databases
            )
        case "files":
            from statusquo.stores.files.verify import FilesWitness  # noqa: PLC0415 - as above

            return FilesWitness(settings.name, storage.path_of(endpoint))
        case "sqlite":
            from statusquo.stores.sqlite.verify import SqliteWitness  # noqa: PLC0415 - as above

            return SqliteWitness(settings.name, storage.path_of(endpoint))
