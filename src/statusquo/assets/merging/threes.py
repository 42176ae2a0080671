"""The rule of every three-way merge, for whatever it is that has three versions. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

_Some = TypeVar("_Some")


@dataclass(frozen=True, slots=True)
class Three(Generic[_Some]):
    """One thing as the base and both sides have it."""

    base: _Some
    ours: _Some
    theirs: _Some


def merge(three: Three[_Some], text: Callable[[_Some], object], both: Callable[[Three[_Some]], _Some]) -> _Some:
    """What one side made of the base, if the other did nothing or the same; else what *both* makes of it."""
    base, ours, theirs = text(three.base), text(three.ours), text(three.theirs)
    if theirs in (base, ours):
        return three.ours
    return three.theirs if ours == base else both(three)
