"""What a store does about one thing that it holds: ``statusquo explain`` lists these. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Fate = Literal["given", "restored", "reported", "left out"]
"""A condition of all the rest; put back by a rewind; noticed, and then refused or answered by a slower way, which the
report says; neither noticed nor put back."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing, where it is, and what becomes of it and why."""

    fate: Fate
    store: str
    what: str
    where: str
    how: str
