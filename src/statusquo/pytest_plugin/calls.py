"""The requests that a test made, for its failure report. ``api`` notes them, ``run`` clears and shows them. Values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Call:
    """One request through the ``api`` fixture and what came of it."""

    user: str
    """Empty: anonymous."""
    method: str
    path: str
    outcome: str
    """The status code, or the name of the error if there was no answer."""
    seconds: float

    @property
    def is_answered(self) -> bool:
        """True when there was an answer, whatever it said."""
        return self.outcome.isdigit()
