"""Databases that commands made for their own length and left, because they were killed. ``statusquo gc`` asks."""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import replace

from psycopg import Error, sql

from statusquo.core import scratches
from statusquo.core.endpoint import Address
from statusquo.stores.postgres import connection


def drop_left(address: Address) -> tuple[str, ...]:
    """Drop those whose maker is gone; their names. One that cannot be dropped yet is left. Raises StoreError."""
    with closing(connection.open_plain(replace(address, name="postgres"))) as server:
        names = [str(name) for (name,) in server.execute(scratches.LEFT.encode())]
        dropped = []
        for name in names:
            with suppress(Error):
                server.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
                dropped.append(name)
        return tuple(dropped)
