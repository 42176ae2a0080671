"""A database under test and how to look at it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql

from statusquo.core.endpoint import Address
from statusquo.stores.postgres import clone, connection, mark

NONCE = "the nonce of these tests"

TABLES = """
SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind IN ('r', 'm') AND relispopulated AND relpersistence <> 't'
  AND nspname NOT IN ('pg_catalog', 'information_schema', 'statusquo')
"""
SEQUENCES = TABLES.replace("'r', 'm'", "'S'")
LARGE_OBJECTS = "SELECT (oid, lo_get(oid))::text FROM pg_largeobject_metadata ORDER BY oid"


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
        """Every row of every table with its partition, every sequence, every large object, over its own connection."""
        witness = psycopg.connect(self.admin.url, autocommit=True)
        with witness:
            return read_digest(witness)


@contextmanager
def made(server: Address, name: str) -> Iterator[Place]:
    """A new, empty database of that name, gone afterwards; *server* is the superuser's way to its server."""
    create_role_and_database(server, name, role="tenant", password="of the flat")
    address = dataclasses.replace(server, name=name)
    mark.write(address, NONCE)
    try:
        with ExitStack() as stack:
            yield Place(address, dataclasses.replace(address, user="tenant", password="of the flat"), stack)
    finally:
        mark.write(address, NONCE)
        clone.drop_database(server, name, nonce=NONCE)


def create_role_and_database(maintenance: Address, database: str, *, role: str, password: str) -> None:
    """Make *database*, owned by *role*: one that can log in and is no superuser, made if it is not there."""
    names = {"role": sql.Identifier(role), "password": sql.Literal(password), "database": sql.Identifier(database)}
    with connection.open_plain(maintenance) as server:
        if server.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
            server.execute(sql.SQL("CREATE ROLE {role} LOGIN NOSUPERUSER PASSWORD {password}").format(**names))
        server.execute(
            sql.SQL("CREATE DATABASE {database} OWNER {role} TEMPLATE template0 ENCODING 'UTF8'").format(**names)
        )


def read_digest(witness: psycopg.Connection) -> dict[str, list[str]]:
    """The same over a connection that is there."""
    tables = [name for (name,) in witness.execute(TABLES)]
    sequences = [name for (name,) in witness.execute(SEQUENCES)]
    rows = "SELECT t::text FROM ONLY {} t ORDER BY t::text"
    state = "SELECT (last_value, is_called)::text FROM {}"
    held = {
        name: [text for (text,) in witness.execute(sql.SQL(query).format(sql.SQL(name)))]
        for names, query in ((tables, rows), (sequences, state))
        for name in names
    }
    return {**held, "large objects": [text for (text,) in witness.execute(LARGE_OBJECTS)]}
