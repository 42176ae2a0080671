"""A database under test and how to look at it."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

import psycopg
from psycopg import sql

from statusquo.core.endpoint import Address

NONCE = "the nonce of these tests"

TABLES = """
SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind = 'r' AND nspname NOT IN ('pg_catalog', 'information_schema', 'statusquo') AND relpersistence <> 't'
"""
SEQUENCES = TABLES.replace("'r'", "'S'")


@dataclass
class Place:
    """The same database seen by its superuser and by the application's role."""

    admin: Address
    owner: Address
    stack: ExitStack

    def connect(self, address: Address | None = None, *, autocommit: bool = True) -> psycopg.Connection:
        """A connection of the application's that stays open until the test ends."""
        to = address or self.owner
        connection = psycopg.connect(
            host=to.host, port=to.port, user=to.user, password=to.password, dbname=to.name, autocommit=autocommit,
            application_name="shop",
        )  # fmt: skip
        return self.stack.enter_context(connection)

    def digest(self) -> dict[str, list[str]]:
        """Every row of every table with its partition, and every sequence, as text, over a connection of its own."""
        witness = psycopg.connect(self.admin.url, autocommit=True)
        with witness:
            return read_digest(witness)


def read_digest(witness: psycopg.Connection) -> dict[str, list[str]]:
    """The same over a connection that is there."""
    tables = [name for (name,) in witness.execute(TABLES)]
    sequences = [name for (name,) in witness.execute(SEQUENCES)]
    rows = "SELECT t::text FROM ONLY {} t ORDER BY t::text"
    state = "SELECT (last_value, is_called)::text FROM {}"
    return {
        name: [text for (text,) in witness.execute(sql.SQL(query).format(sql.SQL(name)))]
        for names, query in ((tables, rows), (sequences, state))
        for name in names
    }
