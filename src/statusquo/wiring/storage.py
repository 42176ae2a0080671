"""Which store looks after what: opened, marked as a run's, made into a template. The rest of the wiring calls it.

Stores are imported when a stack has one of their kind, because their drivers are extras.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from statusquo.config import RewindSettings, StoreSettings
from statusquo.core.endpoint import Address, Endpoint
from statusquo.core.protocols import Portable, Store
from statusquo.stack.ledger import Ledger

if TYPE_CHECKING:
    from statusquo.stores.postgres.swap import Template


class AnyStore(Store, Portable, Protocol):
    """What every store of ours is: one whose baselines can be saved."""


def open_store(
    settings: StoreSettings, endpoint: Endpoint, *, nonce: str, scratch: Path, rewind: RewindSettings
) -> AnyStore:
    """The store that lives at *endpoint*, which carries the mark with the *nonce*."""
    match settings.kind:
        case "postgres":
            from statusquo.stores.postgres import store as postgres  # noqa: PLC0415

            return postgres.open_store(
                settings.name,
                admin_of(endpoint),
                nonce=nonce,
                settle=rewind.settle,
                busy=rewind.busy,
                template=way_back(settings, endpoint, rewind),
            )
        case "redis":
            from statusquo.stores.redis import store as redis  # noqa: PLC0415

            return redis.open_store(
                settings.name, host_of(endpoint), nonce=nonce, keep=settings.keep, databases=settings.databases
            )
        case "files":
            from statusquo.stores.files import store as files  # noqa: PLC0415

            return files.open_store(settings.name, path_of(endpoint), nonce=nonce, scratch=scratch)
        case "sqlite":
            from statusquo.stores.sqlite import store as sqlite  # noqa: PLC0415

            return sqlite.open_store(
                settings.name, path_of(endpoint), nonce=nonce, scratch=scratch, settle=rewind.settle
            )


def open_marked(settings: StoreSettings, endpoint: Endpoint, *, book: Ledger, rewind: RewindSettings) -> AnyStore:
    """Mark what lives at *endpoint*, which the run of *book* made, as that run's, and open it."""
    nonce = book.record.nonce
    write_mark(settings, endpoint, nonce)
    scratch = book.folder / "scratch" / settings.name
    return open_store(settings, endpoint, nonce=nonce, scratch=scratch, rewind=rewind)


def read_mark(settings: StoreSettings, endpoint: Endpoint) -> str | None:
    """The nonce in the mark of a database; None if it carries none. Raises StoreError."""
    if settings.kind == "sqlite":
        from statusquo.stores.sqlite import mark as sqlite_mark  # noqa: PLC0415

        return sqlite_mark.read(path_of(endpoint))
    from statusquo.stores.postgres import connection, mark  # noqa: PLC0415

    with connection.open_ours(admin_of(endpoint)) as database:
        return mark.read(database)


def write_mark(settings: StoreSettings, endpoint: Endpoint, nonce: str) -> None:
    """Say in the store itself that it belongs to the run with the *nonce*."""
    match settings.kind:
        case "postgres":
            from statusquo.stores.postgres import mark as postgres_mark  # noqa: PLC0415

            postgres_mark.write(admin_of(endpoint), nonce)
        case "redis":
            from statusquo.stores.redis import mark as redis_mark  # noqa: PLC0415

            redis_mark.write(host_of(endpoint), nonce)
        case "files":
            from statusquo.stores.files import mark as files_mark  # noqa: PLC0415

            files_mark.write(path_of(endpoint), nonce)
        case "sqlite":
            from statusquo.stores.sqlite import mark as sqlite_mark  # noqa: PLC0415

            sqlite_mark.write(path_of(endpoint), nonce)


def make_template(settings: StoreSettings, endpoint: Endpoint, *, nonce: str) -> None:
    """Turn the application's database, which carries the mark with the *nonce*, into its template.

    A clone of it takes its place, ready to be used. Raises GuardError, Busy.
    """
    from statusquo.stores.postgres import clone  # noqa: PLC0415

    template = _template(settings, endpoint)
    clone.make_template(template.maintenance, host_of(endpoint).name, template.name, nonce=nonce)
    create_database(settings, endpoint)


def create_database(settings: StoreSettings, endpoint: Endpoint) -> None:
    """Make the database at *endpoint* a copy of the template."""
    from statusquo.stores.postgres import clone  # noqa: PLC0415

    template = _template(settings, endpoint)
    clone.create_from_template(template.maintenance, template.name, host_of(endpoint).name)


def way_back(settings: StoreSettings, endpoint: Endpoint, rewind: RewindSettings) -> Template | None:
    """What a rewind of the application's database may copy, if it may."""
    return _template(settings, endpoint) if rewind.on_ddl == "swap" else None


def drop_database(settings: StoreSettings, endpoint: Endpoint, *, nonce: str) -> None:
    """Drop the database at *endpoint*, which carries the mark with the *nonce*. Raises GuardError."""
    from statusquo.stores.postgres import clone  # noqa: PLC0415

    clone.drop_database(_template(settings, endpoint).maintenance, host_of(endpoint).name, nonce=nonce)


def _template(settings: StoreSettings, endpoint: Endpoint) -> Template:
    """Where the template of the application's database is, or will be."""
    from statusquo.stores.postgres.swap import Template  # noqa: PLC0415

    if endpoint.admin is None or endpoint.host is None:
        raise AssertionError(f"{endpoint.name} is no database")
    return Template(endpoint.admin, f"{settings.database}_template")


def admin_of(endpoint: Endpoint) -> Address:
    """Our way, as superuser, into the application's database."""
    if endpoint.admin is None or endpoint.host is None:
        raise AssertionError(f"{endpoint.name} is no database")
    return dataclasses.replace(endpoint.admin, name=endpoint.host.name)


def host_of(endpoint: Endpoint) -> Address:
    """How a server is reached; every server has that."""
    if endpoint.host is None:
        raise AssertionError(f"{endpoint.name} has no address")
    return endpoint.host


def path_of(endpoint: Endpoint) -> Path:
    """Where a folder or a file is; each of them has that."""
    if endpoint.path is None:
        raise AssertionError(f"{endpoint.name} has no path")
    return endpoint.path
