"""What a store holds that somebody else made: shown before tests may rewind it. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Holding:
    """The little that tells a playground from what somebody would miss."""

    bytes: int
    items: str
    """How many of what: ``34 tables, about 5,210 rows``."""
    others: int
    """How many clients are connected now, as far as the server tells."""
    mark: str | None
    """The nonce of the mark that it carries."""


def count(many: int, what: str) -> str:
    """``1 table``, ``5,210 rows``."""
    return f"{many:,} {what}{'' if many == 1 else 's'}"
