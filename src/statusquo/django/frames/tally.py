"""What frames cost a run, as a value: how many were opened, what was set up more often than its scope says, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Reason(StrEnum):
    """Why a shared fixture did not live as long as its scope."""

    LATE = "it stood where a wider fixture had to go"
    UNSEEN = "the next test does not ask for it, and must not see its rows"
    BARRIER = "the next test commits, or belongs to a class of Django's TestCase"
    PARAMETER = "the next test asks for another parameter"
    LOST = "the transaction that its rows were in had ended"
    STOOD_ON = "it stood on the rows of one that ended"
    HELD = "the test had the narrower fixture already"
    IN_TEST = "it was first asked for when the test had begun to use the database"
    IN_FIXTURE = "the fixture that asked for it had used the database already"


@dataclass(frozen=True, slots=True)
class Pair:
    """A shared fixture, and the test or fixture because of which it lived shorter."""

    fixture: str
    because: str
    reason: Reason


@dataclass(slots=True)
class Tally:
    """Counts, for the report of a run."""

    opened: int = 0
    """Frames: one for each fixture and alias."""
    committed: int = 0
    """Fixtures whose rows were committed, because a test that commits asks for them in their scope."""
    unwinds: list[Pair] = field(default_factory=list)
    """Fixtures that were torn down early, and are set up again when next asked for."""
    demotions: list[Pair] = field(default_factory=list)
    """Fixtures that were set up where they live shorter than their scope."""
    notes: list[str] = field(default_factory=list)
    """What else the author of a fixture may want to know, a sentence or two each."""
