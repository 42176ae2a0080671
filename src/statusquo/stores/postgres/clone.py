"""Databases made, turned into templates, cloned and dropped. The wiring calls it with the server's superuser.

``maintenance`` is always that superuser's way into a database that is none of ours to change (``postgres``).
A template is ready when ``is_template`` says so: nobody can connect to it, and that is set last.
"""

from __future__ import annotations

import dataclasses
import secrets
import time
from collections.abc import Sequence
from typing import LiteralString

from psycopg import sql

from statusquo.core import guard
from statusquo.core.endpoint import Address
from statusquo.core.errors import Busy
from statusquo.stores.postgres import connection, identity, journal, mark, statements
from statusquo.stores.postgres.connection import Database

COMMENT = "statusquo "
"""A template takes no connections, so its mark stands in its comment too, behind this word."""

OWN_COMMENT = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"

STRATEGIES = 150000
"""The first server version that has them."""

LEAVING = 2.0
"""Seconds that a server process may need to go after its client has gone."""

ENDING = 10.0
"""Seconds that a server process may need to go after it was told to."""


def make_template(maintenance: Address, live: str, template: str, *, nonce: str) -> None:
    """Turn the database *live*, if it carries the mark with the *nonce*, into *template*.

    Raises GuardError; Busy with *live* as it was if somebody stays connected.
    Its journal, if it has one, begins at that moment: the outermost baseline of every copy is the template itself.
    """
    names = {"live": sql.Identifier(live), "template": sql.Identifier(template)}
    found, known = _marked(maintenance, live)
    guard.check(store=live, where=connection.where(maintenance), found=found, expected=nonce)
    address = dataclasses.replace(maintenance, name=live)
    with connection.open_plain(maintenance) as server, connection.open_ours(address) as inside:
        identity.check(server, live, known, maintenance)
        server.execute(sql.SQL("ALTER DATABASE {live} ALLOW_CONNECTIONS false").format(**names))
        try:
            _capture_alone(server, inside, live, nonce)
            inside.close()
            _wait_until_left(server, live)
            server.execute(sql.SQL("ALTER DATABASE {live} RENAME TO {template}").format(**names))
        except BaseException:
            server.execute(sql.SQL("ALTER DATABASE {live} ALLOW_CONNECTIONS true").format(**names))
            raise
        _mark_in_comment(server, template, nonce)
        server.execute(sql.SQL("ALTER DATABASE {template} IS_TEMPLATE true").format(**names))


def is_template(maintenance: Address, database: str) -> bool:
    """True when *database* is a finished template of ours."""
    query = sql.SQL(statements.read("read_is_template"))
    with connection.open_plain(maintenance) as server:
        return server.execute(query, {"database": database, "mark": COMMENT}).fetchone() == (True,)


def create_from_template(maintenance: Address, template: str, database: str) -> None:
    """Make *database* a copy of *template*, with its owner, grants, settings and comment."""
    with connection.open_plain(maintenance) as server:
        _copy(server, template, database)
        with server.transaction():
            for command in _definition(server, template, database):
                server.execute(sql.SQL(command))


def create_copy(maintenance: Address, source: str, copy: str, *, nonce: str = "") -> None:
    """Make *copy* of *source*, which nobody may be connected to; with a *nonce* it takes no connections, as a template.

    What belongs to the database itself stays behind: ``exchange`` brings it.
    """
    with connection.open_plain(maintenance) as server:
        _copy(server, source, copy, "ALLOW_CONNECTIONS false" if nonce else "")
        if nonce:
            _mark_in_comment(server, copy, nonce)


def beside(database: str, word: str) -> str:
    """A name for a database that goes with *database*, within the 63 bytes that a name may have."""
    return f"{database.encode()[: 62 - len(word)].decode(errors='ignore')}_{word}"


def close(maintenance: Address, database: str, *, known: str, spare: int) -> int:
    """Let nobody into *database* any more and end all connections to it but that of process *spare* (0: none).

    *known* is the identity of the one whose mark was read. Returns how many connections of others there were.
    Raises GuardError; Busy with *database* open again if somebody stays.
    """
    name = sql.Identifier(database)
    closed = 0
    with connection.open_plain(maintenance) as server:
        identity.check(server, database, known, maintenance)
        server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        deadline = time.monotonic() + ENDING
        query = sql.SQL(statements.read("end_connections"))
        while ended := server.execute(query, {"database": database, "spare": spare}).fetchall():
            closed = closed or sum(is_others for (is_others,) in ended)
            if time.monotonic() >= deadline:
                server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))
                raise Busy(
                    f'Database "{database}" cannot be swapped: {len(ended)} connections do not end.',
                    why=f"They were told to, {ENDING:g} s ago.",
                    next="Look at pg_stat_activity for what they are doing.",
                )
            time.sleep(0.005)
    return closed


def exchange(maintenance: Address, *, live: str, known: str, copy: str, old: str, definition: Sequence[str]) -> None:
    """Give *copy* the name of the closed database *live*, called *old* from now on, and what *definition* says.

    All or nothing. *known* is the identity of the one whose mark was read. Raises GuardError.
    """
    names = {"live": sql.Identifier(live), "copy": sql.Identifier(copy), "old": sql.Identifier(old)}
    with connection.open_plain(maintenance) as server, server.transaction():
        identity.check(server, live, known, maintenance)
        server.execute(sql.SQL("ALTER DATABASE {live} RENAME TO {old}").format(**names))
        server.execute(sql.SQL("ALTER DATABASE {copy} RENAME TO {live}").format(**names))
        server.execute(sql.SQL("ALTER DATABASE {old} ALLOW_CONNECTIONS true").format(**names))
        for command in definition:
            server.execute(sql.SQL(command))


def open_again(maintenance: Address, database: str) -> None:
    """Let connections into *database*, which a swap that was killed may have closed."""
    query = sql.SQL(statements.read("read_is_closed"))
    with connection.open_plain(maintenance) as server:
        if server.execute(query, {"database": database, "mark": COMMENT}).fetchone() == (True,):
            server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(sql.Identifier(database)))


def drop_database(maintenance: Address, database: str, *, nonce: str) -> None:
    """Drop *database*, and end its connections, if it carries the mark with the *nonce*; nothing happens without it.

    Raises GuardError.
    """
    query = "SELECT datallowconn, shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    with connection.open_plain(maintenance) as server:
        row = server.execute(query, [database]).fetchone()
        if row is None:
            return
        takes_connections, comment = row
        found, known = _marked(maintenance, database) if takes_connections else (_marked_by(comment), "")
        guard.check(store=database, where=connection.where(maintenance), found=found, expected=nonce)
        if takes_connections:
            identity.check(server, database, known, maintenance)
        else:
            server.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(sql.Identifier(database)))
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))


def drop_copy(maintenance: Address, copy: str) -> None:
    """Drop *copy*, which the caller has just made and which may not carry the mark of its run yet."""
    with connection.open_plain(maintenance) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(copy)))


def _marked(maintenance: Address, database: str) -> tuple[str | None, str]:
    """The mark that a database carries, and which database that is."""
    with connection.open_plain(dataclasses.replace(maintenance, name=database)) as inside:
        return mark.read(inside), identity.read(inside, database)


def _strategy(server: Database) -> LiteralString:
    """Copying files costs two checkpoints, which are cheap without fsync: 0.5 s against 0.8 s for 257 MB in 17."""
    without_fsync = server.execute("SELECT current_setting('fsync') = 'off'").fetchone() == (True,)
    return "STRATEGY FILE_COPY" if without_fsync and server.info.server_version >= STRATEGIES else ""


def _copy(server: Database, source: str, copy: str, access: LiteralString = "") -> None:
    command = sql.SQL("CREATE DATABASE {copy} TEMPLATE {source} {strategy} {access}")
    names = {"copy": sql.Identifier(copy), "source": sql.Identifier(source)}
    server.execute(command.format(strategy=sql.SQL(_strategy(server)), access=sql.SQL(access), **names))


def _definition(server: Database, source: str, target: str) -> Sequence[LiteralString]:
    """The commands that make the database *target* what *source* is, beside what is in it."""
    server.execute(statements.statement("define_database", schema=sql.Identifier("pg_temp")))
    row = server.execute("SELECT pg_temp.define_database(%s, %s)", [source, target]).fetchone()
    return row[0] if row else ()


def _mark_in_comment(server: Database, database: str, nonce: str) -> None:
    """Put the mark before the comment that *database* has."""
    (comment,) = server.execute(OWN_COMMENT, [database]).fetchone() or ("",)
    mark = sql.Literal(f"{COMMENT}{nonce}\n{comment or ''}".rstrip("\n"))
    server.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(database), mark))


def _marked_by(comment: str | None) -> str | None:
    first, *_ = (comment or "").split("\n")
    return first.removeprefix(COMMENT) if first.startswith(COMMENT) else None


def _capture_alone(server: Database, inside: Database, live: str, nonce: str) -> None:
    """Make what is there when nobody else is the outermost baseline."""
    _wait_until_left(server, live, spare=inside.info.backend_pid)
    if journal.is_installed(inside):
        inside.execute("SELECT statusquo.capture(%s, true, false, false, %s)", [nonce, secrets.token_hex(8)])


def _wait_until_left(server: Database, database: str, *, spare: int = 0) -> None:
    deadline = time.monotonic() + LEAVING
    query = sql.SQL(statements.read("read_connected"))
    while there := server.execute(query, {"database": database, "spare": spare}).fetchall():
        if time.monotonic() >= deadline:
            raise Busy(
                f'Database "{database}" cannot become a template: somebody is connected.',
                why="PostgreSQL copies a database only while nobody uses it.",
                next="Let the steps that build the baseline end their connections.",
                evidence="\n".join(who for (who,) in there),
            )
        time.sleep(0.02)
