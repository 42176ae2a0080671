"""Stores that somebody else made, by kind: what they hold, and how they are let go again. ``adopted`` calls these."""

from __future__ import annotations

from statusquo.config import StoreSettings
from statusquo.core.endpoint import Endpoint
from statusquo.core.holding import Holding
from statusquo.wiring import storage


def look(settings: StoreSettings, endpoint: Endpoint) -> Holding:
    """What the store at *endpoint* holds; only reads. Raises StoreError, GuardError."""
    match settings.kind:
        case "postgres":
            from statusquo.stores.postgres import adoption as postgres  # noqa: PLC0415 - the driver is an extra

            return postgres.look(settings.name, storage.admin_of(endpoint))
        case "redis":
            from statusquo.stores.redis import adoption as redis  # noqa: PLC0415 - as above

            return redis.look(storage.host_of(endpoint))
        case "files":
            from statusquo.stores.files import adoption as files  # noqa: PLC0415 - as above

            return files.look(settings.name, storage.path_of(endpoint))
        case "sqlite":
            from statusquo.stores.sqlite import adoption as sqlite  # noqa: PLC0415 - as above

            return sqlite.look(settings.name, storage.path_of(endpoint))


def release(settings: StoreSettings, endpoint: Endpoint, *, nonce: str, settle: float) -> None:
    """Take all that is ours out of the store that carries the mark with the *nonce*. Raises GuardError, StoreError."""
    match settings.kind:
        case "postgres":
            from statusquo.stores.postgres import adoption as postgres  # noqa: PLC0415 - as above

            postgres.release(settings.name, storage.admin_of(endpoint), nonce=nonce, settle=settle)
        case "redis":
            from statusquo.stores.redis import adoption as redis  # noqa: PLC0415 - as above

            redis.release(settings.name, storage.host_of(endpoint), nonce=nonce)
        case "files":
            from statusquo.stores.files import adoption as files  # noqa: PLC0415 - as above

            files.release(settings.name, storage.path_of(endpoint), nonce=nonce)
        case "sqlite":
            from statusquo.stores.sqlite import adoption as sqlite  # noqa: PLC0415 - as above

            sqlite.release(settings.name, storage.path_of(endpoint), nonce=nonce)
