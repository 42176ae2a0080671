"""Order and closeness: what must start first, and the name that was probably meant. Pure."""

from __future__ import annotations

import difflib
import graphlib
from collections.abc import Collection, Mapping


def find_cycle(needs: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """A dependency cycle, each name needing the next and the last repeating the first; empty if there is none."""
    try:
        graphlib.TopologicalSorter(needs).prepare()
    except graphlib.CycleError as error:
        return tuple(reversed(error.args[1]))
    return ()


def order(names: Collection[str], needs: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """*names* and all they need, directly or not, each after what it needs. There must be no cycle."""
    placed: dict[str, None] = {}

    def place(name: str) -> None:
        if name not in placed:
            for other in needs[name]:
                place(other)
            placed[name] = None

    for name in names:
        place(name)
    return tuple(placed)


def nearest(word: str, known: Collection[str]) -> str:
    """The known name most like *word*, or an empty string if none is."""
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)), "")


def did_you_mean(word: str, known: Collection[str]) -> str:
    """A sentence with the nearest known name, or with all of them."""
    near = nearest(word, known)
    if near:
        return f"Did you mean {near!r}?"
    return f"Known: {', '.join(sorted(known))}." if known else "There are none."
