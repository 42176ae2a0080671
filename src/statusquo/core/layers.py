"""The stack of baselines of one store, each with what the store keeps for it. Stores hold one."""

from __future__ import annotations

import secrets
from typing import Generic, TypeVar

from statusquo.core.baseline import Baseline
from statusquo.core.errors import StaleBaseline

Kept = TypeVar("Kept")


class Layers(Generic[Kept]):
    """Baselines nest like stack frames; this is the stack. A dropped one is told from a later one of its depth."""

    def __init__(self, store: str) -> None:
        self._store = store
        self._frames: list[tuple[Baseline, Kept]] = []

    @property
    def kept(self) -> tuple[Kept, ...]:
        """What is kept for each baseline, outermost first."""
        return tuple(kept for _, kept in self._frames)

    def push(self, kept: Kept) -> Baseline:
        """A new innermost baseline."""
        baseline = Baseline(self._store, len(self._frames), secrets.token_hex(8))
        self._frames.append((baseline, kept))
        return baseline

    def find(self, baseline: Baseline) -> Kept:
        """What is kept for *baseline*. Raises StaleBaseline."""
        if baseline.depth < len(self._frames):
            frame, kept = self._frames[baseline.depth]
            if frame == baseline:
                return kept
        raise StaleBaseline(
            f'Store "{self._store}" does not have the baseline of depth {baseline.depth} any more.',
            why="A rewind to an outer baseline dropped it, or it was captured from another store.",
            next="Capture a new one after going back to an outer one.",
        )

    def above(self, baseline: Baseline) -> tuple[Kept, ...]:
        """What is kept for the baselines captured after *baseline*, outermost first."""
        return self.kept[baseline.depth + 1 :]

    def drop_above(self, baseline: Baseline) -> None:
        """Forget the baselines captured after *baseline*."""
        del self._frames[baseline.depth + 1 :]

    def clear(self) -> None:
        """Forget all."""
        self._frames.clear()
