"""A captured state of a store, and the report of a way back to it. Stores make both; the rewind engine keeps them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Baseline:
    """A handle on a captured state of one store.

    Baselines of a store nest like stack frames: ``depth`` 0 is the outermost. Rewinding to one drops
    all that were captured after it; ``token`` tells a dropped baseline from a later one of the same depth.
    """

    store: str
    depth: int
    token: str


@dataclass(frozen=True, slots=True)
class Touched:
    """One table, key space or folder that a rewind put back, and how many of its items it changed."""

    name: str
    items: int


@dataclass(frozen=True, slots=True)
class Rewound:
    """What one rewind of one store did; ``touched`` is empty when there was nothing to do."""

    store: str
    seconds: float
    touched: tuple[Touched, ...] = ()
    notes: tuple[str, ...] = ()
    """Why it took a slower way than usual, if it did: one sentence each."""

    @property
    def is_clean(self) -> bool:
        """True when the store was found as the baseline has it."""
        return not self.touched

    @property
    def items(self) -> int:
        """How many rows, counters, keys or files were put back."""
        return sum(part.items for part in self.touched)
