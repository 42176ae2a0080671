"""What our functions in the database refuse to do, as errors a user can act on. ``store`` translates by these.

The codes are raised in ``sql/``; class SQ is nobody's in the standard.
"""

from __future__ import annotations

from psycopg import DatabaseError, IntegrityError, errors

from statusquo.core import guard
from statusquo.core.errors import NotExact, StaleBaseline, StoreError

AGAIN = (
    "Run 'statusquo down' and 'statusquo up', or start a new run, to begin from a fresh copy of the baseline; "
    "if somebody else runs the database, mend it there and run 'statusquo adopt'."
)


class BeyondJournal(NotExact):
    """What the journal cannot put back, but a copy of the template can; *reason* follows the word "because"."""

    def __init__(self, what: str, *, reason: str, why: str, next: str = AGAIN, evidence: str = "") -> None:
        super().__init__(what, why=why, next=next, evidence=evidence)
        self.reason = reason


class JournalBehind(StoreError):
    """DDL made tables that are not journaled yet; only ever seen by the store itself."""


class NeedsCopy(StoreError):
    """No journal leads to the baseline that is to be captured, because of *obstacle*; only ever seen by the store."""

    def __init__(self, store: str, obstacle: str) -> None:
        super().__init__(f'Store "{store}": the baseline needs a copy.', why=obstacle)
        self.obstacle = obstacle


def explain(error: DatabaseError, *, store: str, where: str, nonce: str) -> None:
    """Raise what *error* means if it is a refusal of ours; return if it is not."""
    detail = error.diag.message_detail or ""
    match error.sqlstate:
        case "SQ001" | "3F000" | "42883" | "42P01" if error.sqlstate == "SQ001" or _misses_ours(error):
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
        case "SQ008":
            raise NeedsCopy(store, detail) from error
        case _:
            _explain_others(error, store)


def _explain_others(error: DatabaseError, store: str) -> None:
    if isinstance(error, errors.DiskFull):
        raise full(store, error) from error
    if isinstance(error, IntegrityError):
        raise unwelcome(store, error) from error


def _misses_ours(error: DatabaseError) -> bool:
    """True when there is no schema of ours, or not all of it: a lost connection came back to another database."""
    return "statusquo" in (error.diag.message_primary or "")


def stale(store: str) -> StaleBaseline:
    """The baseline is not in the database."""
    return StaleBaseline(
        f'Store "{store}" does not have this baseline any more.',
        why="A rewind to an outer baseline dropped it, or it was captured from another database.",
        next="Capture a new one after going back to an outer one.",
    )


def lost(store: str) -> BeyondJournal:
    """The server crashed, and its unlogged tables are empty."""
    return BeyondJournal(
        f'Store "{store}" cannot be put back: the server crashed since the baseline.',
        reason="the server crashed",
        why="The journal is not kept through a crash, so what changed is not known.",
    )


def altered(store: str, what: str) -> BeyondJournal:
    """DDL cannot be undone by a journal of rows."""
    return BeyondJournal(
        f'Store "{store}" cannot be put back: its schema changed since the baseline.',
        reason=f"the schema changed ({what})",
        why=f"Seen: {what}. Rows are put back, DDL is not.",
    )


def unbalanced(store: str, table: str) -> BeyondJournal:
    """A row that must go is not there, or one that must come could not."""
    return BeyondJournal(
        f'Store "{store}": table "{table}" cannot be proved equal to the baseline; nothing was changed.',
        reason=f"the journal of {table} does not add up with its rows",
        why="Its journal does not add up with its rows: something was written past the journal's triggers.",
        next=f"Look for DISABLE TRIGGER in the application and its fixtures. {AGAIN}",
    )


def unwelcome(store: str, error: IntegrityError) -> BeyondJournal:
    """A constraint that the baseline itself does not meet: NOT VALID, or one that depends on the time of day."""
    table = f"{error.diag.schema_name}.{error.diag.table_name}"
    return BeyondJournal(
        f'Store "{store}": table "{table}" cannot be put back; nothing was changed.',
        reason=f"rows of {table} do not meet the constraint {error.diag.constraint_name} any more",
        why="A row of the baseline does not meet a constraint of the table any more.",
        next=f"Make the constraint {error.diag.constraint_name} hold for all rows at all times. {AGAIN}",
        evidence=str(error),
    )


def full(store: str, error: DatabaseError) -> StoreError:
    """What a rewind writes needs room, too."""
    return StoreError(
        f'Store "{store}" could not be put back: the disk of its server is full.',
        why="Nothing was changed.",
        next="Make room there; the next rewind does the rest.",
        evidence=error.diag.message_primary or "",
    )


def large_objects(store: str) -> BeyondJournal:
    """Large objects have no triggers, so their old content is gone."""
    return BeyondJournal(
        f'Store "{store}" cannot be put back: large objects that the baseline has were changed.',
        reason="large objects changed",
        why="PostgreSQL has no triggers on them.",
    )


def no_way_forward(store: str, reason: str, obstacle: str) -> NotExact:
    """A copy of the template is not the baseline, and nothing leads from one to the other."""
    return NotExact(
        f'Store "{store}" cannot be put back: {reason}, and the baseline cannot be made from a copy of the template.',
        why=obstacle,
        next=f"Let the recipe do such things, so that the template has them. {AGAIN}",
    )
