"""The complete way back: a copy, brought forward to the baseline, takes the place of the database.

``store`` comes here with what the journal cannot put back. What is copied is the template, whose baseline is the
outermost of every database made from it, or the nearest layer that has a copy of its own (``copies``). What is kept of
each level leads from one to the next and is replayed into the copy, with the journal's own checks. Then the connections
to the live database are ended, and the two change names.
"""

from __future__ import annotations

import dataclasses
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import LiteralString

from psycopg import errors, sql
from psycopg.rows import class_row

from statusquo.core import guard
from statusquo.core.endpoint import Address
from statusquo.core.errors import Busy
from statusquo.stores.postgres import clone, connection, identity, mark, refusals, statements
from statusquo.stores.postgres.connection import Database

TURN = "60s"
"""How long a process waits for the swap of another one."""

KEPT: tuple[tuple[str, LiteralString], ...] = (
    ("read_kept_rows", "COPY statusquo.kept (depth, relid, image) FROM STDIN"),
    ("read_kept_sequences", "COPY statusquo.kept_sequence FROM STDIN"),
    ("read_sequence_values", "COPY statusquo.sequence (relid, last_value, is_called, definition) FROM STDIN"),
)
"""What leads to the baseline of a depth: how the live database says it and where a copy takes it."""

INNERMOST = "SELECT token FROM statusquo.baseline ORDER BY depth DESC LIMIT 1"

BASELINES: tuple[str, LiteralString] = ("read_baselines", "COPY statusquo.baseline FROM STDIN")


@dataclass(frozen=True, slots=True)
class Template:
    """The template that a database was copied from."""

    maintenance: Address
    """The superuser's way into a database that is none of ours to change."""
    name: str


@dataclass(frozen=True, slots=True)
class Target:
    """The database that is to be swapped, and the baseline that it is to have."""

    store: str
    address: Address
    nonce: str
    token: str
    reason: str
    """Why the journal could not put it back; follows the word "because"."""


@dataclass(frozen=True, slots=True)
class Root:
    """How the wanted baseline stands to the nearest one that there is a copy of."""

    depth: int
    definition: Sequence[str]
    root_depth: int
    root: str
    has_copy: bool
    """The root has one of its own; else it must be the template's."""
    ddl: str | None
    has_new_large_objects: bool

    @property
    def what(self) -> str:
        """What is copied, as a report calls it."""
        return "a layer" if self.has_copy else "the template"

    def source(self, template: Template, live: str) -> str:
        """The database to copy."""
        return clone.beside(live, self.root) if self.has_copy else template.name


@contextmanager
def turn(template: Template, live: str) -> Iterator[None]:
    """Nobody else swaps the database *live* meanwhile, and it takes connections at the start. Raises Busy."""
    with connection.open_plain(template.maintenance) as server:
        server.execute(sql.SQL("SET lock_timeout = {}").format(TURN))
        try:
            server.execute("SELECT pg_advisory_lock(1398034256, hashtext(%s))", [live])
        except errors.LockNotAvailable as error:
            raise Busy(
                f'Database "{live}" is being swapped by another process for more than {TURN}.',
                next="Look for other runs of statusquo on this stack.",
            ) from error
        clone.open_again(template.maintenance, live)
        yield


def swap(template: Template, target: Target, enter: Callable[[Database], None]) -> str:
    """Put a copy in the place of the live database; one sentence about it. The caller has its turn.

    *enter* takes the gate, which is held until nobody else is connected. Raises NotExact, Busy,
    GuardError with the live database as it was.
    """
    began = time.perf_counter()
    live = target.address.name
    copy, old = (clone.beside(live, secrets.token_hex(4)) for _ in range(2))
    try:
        with connection.open_ours(target.address) as database, database.transaction(force_rollback=True):
            enter(database)
            found = mark.read(database)
            guard.check(store=target.store, where=connection.where(target.address), found=found, expected=target.nonce)
            known = identity.read(database, live)
            root = _root(database, target)
            clone.create_copy(template.maintenance, root.source(template, live), copy)
            _bring_forward(database, dataclasses.replace(target.address, name=copy), root, target)
            closed = clone.close(template.maintenance, live, known=known, spare=database.info.backend_pid)
        # ours is leaving; RENAME itself would look every 100 ms only
        clone.close(template.maintenance, live, known=known, spare=0)
        names = {"live": live, "copy": copy, "old": old}
        clone.exchange(template.maintenance, **names, known=known, definition=root.definition)
    except errors.UndefinedObject as error:
        _clean_up(template, live, copy)
        role = f"A role that the database names is gone: {error.diag.message_primary}."
        raise refusals.no_way_forward(target.store, target.reason, role) from error
    except BaseException:
        _clean_up(template, live, copy)
        raise
    clone.drop_database(template.maintenance, old, nonce=target.nonce)
    return (
        f"Swapped for a copy of {root.what} because {target.reason}: {time.perf_counter() - began:.2f} s, "
        f"{closed} connection{'' if closed == 1 else 's'} closed."
    )


def _clean_up(template: Template, live: str, copy: str) -> None:
    clone.open_again(template.maintenance, live)
    clone.drop_copy(template.maintenance, copy)


def _root(database: Database, target: Target) -> Root:
    with database.cursor(row_factory=class_row(Root)) as cursor:
        root = cursor.execute(sql.SQL(statements.read("read_root")), [target.token]).fetchone()
    if root is None:
        raise refusals.stale(target.store)
    if root.ddl is not None:
        raise refusals.no_way_forward(
            target.store, target.reason, f"DDL between the two cannot be done again: {root.ddl}."
        )
    if root.has_new_large_objects:
        raise refusals.no_way_forward(
            target.store, target.reason, "Large objects came or changed between the two, and have no journal."
        )
    return root


def _bring_forward(database: Database, address: Address, root: Root, target: Target) -> None:
    """Make the copy at *address* what the baseline says, with the baselines around it."""
    mark.write(address, target.nonce)
    with connection.open_ours(address) as copy, copy.transaction():
        if copy.execute(INNERMOST).fetchone() != (root.root,):
            raise refusals.no_way_forward(target.store, target.reason, "It was not made from this template.")
        if copy.execute(sql.SQL(statements.read("read_is_complete"))).fetchone() != (True,):
            raise refusals.no_way_forward(
                target.store, target.reason, "The crash emptied unlogged tables, and those of the template with them."
            )
        copy.execute("INSERT INTO statusquo.intact SELECT WHERE NOT EXISTS (SELECT FROM statusquo.intact)")
        copy.execute("DELETE FROM statusquo.sequence")
        for way in KEPT:
            _transfer(database, way, copy, root)
        copy.execute("SELECT statusquo.forward(%s)", [root.root_depth])
        copy.execute("DELETE FROM statusquo.baseline")
        _transfer(database, BASELINES, copy, root)


def _transfer(database: Database, way: tuple[str, LiteralString], copy: Database, root: Root) -> None:
    source, into = way
    rows = statements.statement(source, depth=sql.Literal(root.depth), root=sql.Literal(root.root_depth))
    with database.cursor().copy(rows) as chunks, copy.cursor().copy(into) as target:
        for chunk in chunks:
            target.write(chunk)
