"""What our functions in the database refuse to do, as errors a user can act on. ``store`` translates by these.

The codes are raised in ``sql/``; class SQ is nobody's in the standard.
"""

from __future__ import annotations

from psycopg import DatabaseError, IntegrityError

from statusquo.core import guard
from statusquo.core.errors import NotExact, StaleBaseline, StoreError

AGAIN = "Run 'statusquo down' and 'statusquo up', or start a new run, to begin from a fresh copy of the baseline."


class JournalBehind(StoreError):
    """DDL made tables that are not journaled yet; only ever seen by the store itself."""


def explain(error: DatabaseError, *, store: str, where: str, nonce: str) -> None:
    """Raise what *error* means if it is a refusal of ours; return if it is not."""
    detail = error.diag.message_detail or ""
    match error.sqlstate:
        case "SQ001":
            guard.check(store=store, where=where, found=detail or None, expected=nonce)
        case "SQ002":
            raise stale(store) from error
        case "SQ003":
            raise lost(store) from error
        case "SQ004":
            raise altered(store, detail) from error
        case "SQ005":
            raise unbalanced(store, detail) from error
        case "SQ006":
            raise large_objects(store) from error
        case "SQ007":
            raise JournalBehind(f'Store "{store}": the journal is behind.') from error
        case _ if isinstance(error, IntegrityError):
            raise unwelcome(store, error) from error


def stale(store: str) -> StaleBaseline:
    """The baseline is not in the database."""
    return StaleBaseline(
        f'Store "{store}" does not have this baseline any more.',
        why="A rewind to an outer baseline dropped it, or it was captured from another database.",
        next="Capture a new one after going back to an outer one.",
    )


def lost(store: str) -> NotExact:
    """The server crashed, and its unlogged tables are empty."""
    return NotExact(
        f'Store "{store}" cannot be put back: the server crashed since the baseline.',
        why="The journal is not kept through a crash, so what changed is not known.",
        next=AGAIN,
    )


def altered(store: str, what: str) -> NotExact:
    """DDL cannot be undone by a journal of rows."""
    return NotExact(
        f'Store "{store}" cannot be put back: its schema changed since the baseline.',
        why=f"Seen: {what}. Rows are put back, DDL is not.",
        next=AGAIN,
    )


def unbalanced(store: str, table: str) -> NotExact:
    """A row that must go is not there, or one that must come could not."""
    return NotExact(
        f'Store "{store}": table "{table}" cannot be proved equal to the baseline; nothing was changed.',
        why="Its journal does not add up with its rows: something was written past the journal's triggers.",
        next=f"Look for DISABLE TRIGGER in the application and its fixtures. {AGAIN}",
    )


def unwelcome(store: str, error: IntegrityError) -> NotExact:
    """A constraint that the baseline itself does not meet: NOT VALID, or one that depends on the time of day."""
    table = f"{error.diag.schema_name}.{error.diag.table_name}"
    return NotExact(
        f'Store "{store}": table "{table}" cannot be put back; nothing was changed.',
        why="A row of the baseline does not meet a constraint of the table any more.",
        next=f"Make the constraint {error.diag.constraint_name} hold for all rows at all times. {AGAIN}",
        evidence=str(error),
    )


def large_objects(store: str) -> NotExact:
    """Large objects have no triggers, so their old content is gone."""
    return NotExact(
        f'Store "{store}" cannot be put back: large objects that the baseline has were changed.',
        why="PostgreSQL has no triggers on them.",
        next=AGAIN,
    )
