"""A PostgreSQL that an image has started, made like one of ours over its connection. The wiring calls it, once.

Durability is off, for the data are thrown away or copied while the server is stopped: these settings need no restart,
and are kept with the data. The extensions that the configuration asks for are made in the application's database.
"""

from __future__ import annotations

import dataclasses

import psycopg
from psycopg import sql

from statusquo.core import libpq
from statusquo.core.endpoint import Address
from statusquo.core.errors import ServiceFailed
from statusquo.core.service import Postgres
from statusquo.services.postgres import filling

CARELESS = ("fsync", "synchronous_commit", "full_page_writes")


def settle(spec: Postgres, admin: Address, *, database: str) -> None:
    """Settle the server that *admin* may change and the application's *database* in it. Raises ServiceFailed."""
    address = dataclasses.replace(admin, name=database)
    try:
        with psycopg.connect(libpq.conninfo(address), autocommit=True) as connection:
            for setting in CARELESS:
                connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
            connection.execute("SELECT pg_reload_conf()")
            for extension in spec.extensions:
                connection.execute(filling.extension_sql(extension).encode())
    except psycopg.Error as error:
        raise ServiceFailed(
            f"The PostgreSQL at {address.host}:{address.port} cannot be prepared for tests.",
            why=f"{address.user} got this answer:",
            evidence=str(error),
        ) from error
