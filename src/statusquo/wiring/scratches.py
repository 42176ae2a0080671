"""What killed commands have left on the database servers of a project: those that run now, and those of others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from statusquo.config import Config
from statusquo.core.endpoint import Address, Endpoint
from statusquo.core.errors import StoreError
from statusquo.stack import ledger


def drop_left(config: Config) -> tuple[str, ...]:
    """Drop the databases that nobody needs; their names. A server that does not answer is left for another time."""
    dropped: list[str] = []
    for address in dict.fromkeys(_servers(config)):
        from statusquo.stores.postgres import scratches  # noqa: PLC0415 - the driver is an extra

        with suppress(StoreError):
            dropped += scratches.drop_left(address)
    return tuple(dropped)


def _servers(config: Config) -> Iterator[Address]:
    """How a superuser reaches each PostgreSQL."""
    written = [entry.endpoint for record in ledger.read_records(config.state) for entry in record.services]
    every: list[Endpoint | None] = [*config.external, *written]
    yield from (each.admin for each in every if each and each.admin and each.admin.scheme == "postgresql")
