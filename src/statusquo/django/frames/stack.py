"""Whose rows stand on whose. Pure bookkeeping: what a block is, and what finishes a fixture, is told by others.

On each alias the frames form a tower: each opened after those below it, and so undone before them. A fixture may have a
frame on several aliases. ``plugin.lifetimes`` holds the one stack of a process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol


class Loss(Enum):
    """How a transaction ended before its time."""

    CLOSED = "the connection was closed or replaced"
    ENDED = "it was committed or rolled back by hand, or by a statement that commits by itself"


class Block(Protocol):
    """What holds the rows of one fixture on one alias."""

    def settle(self) -> None:
        """The fixture has been set up."""

    def is_innermost(self) -> bool:
        """True if nobody has opened another block inside since."""

    def loss(self) -> Loss | None:
        """How its rows got lost, or None if they are there."""

    def close(self) -> None:
        """Undo everything since it was opened, whatever is still open inside it."""


class Floor(Protocol):
    """What holds committed rows of one fixture, on whatever alias."""

    def settle(self) -> None:
        """The fixture has been set up."""

    def close(self) -> None:
        """Undo what was committed since it was opened."""


@dataclass(slots=True, eq=False)
class Frame:
    """The rows of one set-up of a shared fixture, on every alias that it touched."""

    fixture: str
    """What messages call it."""
    depth: int
    """How deep in the tree of tests the owner of its scope is: the session is 0, and what is deeper is narrower."""
    finish: Callable[[], object]
    """Tears the fixture down and has its value forgotten; closes the frame on the way."""
    blocks: dict[str, Block] = field(default_factory=dict)
    floor: Floor | None = None
    """If its rows are committed: it stands under all that comes later, on every alias."""
    is_leaving: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where the rows of a fixture go on an alias: on top, once *leaving* (top first) have left.

    With *held* they go on top of a narrower fixture, because that one cannot leave now.
    """

    leaving: tuple[Frame, ...] = ()
    held: Frame | None = None


class Stack:
    """The frames that stand now; *dismiss* finishes a fixture that stands on one that leaves, in this order."""

    def __init__(self, dismiss: Callable[[Frame, Frame], object]) -> None:
        self._dismiss = dismiss
        self._towers: dict[str, list[Frame]] = {}
        self._standing: list[Frame] = []

    @property
    def standing(self) -> tuple[Frame, ...]:
        """All frames, the first opened first."""
        return tuple(self._standing)

    @property
    def aliases(self) -> tuple[str, ...]:
        """The aliases that have frames."""
        return tuple(alias for alias, tower in self._towers.items() if tower)

    def top(self, alias: str) -> Frame | None:
        """The frame that the next one on the alias would stand on."""
        tower = self._towers.get(alias)
        return tower[-1] if tower else None

    def plan(self, frame: Frame, alias: str, *, is_held: Callable[[Frame], bool]) -> Place:
        """Say who has to leave so that *frame* has nothing narrower below it on the alias."""
        below = {*self._towers.get(alias, ()), *(other for other in self._standing if other.floor)}
        return self._place({other for other in below if other.depth > frame.depth}, is_held)

    def plan_floor(self, frame: Frame, *, is_held: Callable[[Frame], bool]) -> Place:
        """Say who has to leave so that *frame*, a floor, has no narrower one below it; no other frames may stand."""
        return self._place([other for other in self._standing if other.depth > frame.depth], is_held)

    def plan_bare(self, *, is_held: Callable[[Frame], bool]) -> Place:
        """Say who has to leave so that nothing but floors stands."""
        return self._place([other for other in self._standing if not other.floor], is_held)

    def push_floor(self, frame: Frame, floor: Floor) -> None:
        """Put the frame on top of all."""
        frame.floor = floor
        self._standing.append(frame)

    def push(self, frame: Frame, alias: str, block: Block) -> None:
        """Put the frame on top of the alias."""
        frame.blocks[alias] = block
        self._towers.setdefault(alias, []).append(frame)
        if frame not in self._standing:
            self._standing.append(frame)

    def with_those_above(self, frames: Iterable[Frame]) -> tuple[Frame, ...]:
        """These and all that stand on them on any alias, the last opened first."""
        found: set[Frame] = set()
        ahead = list(frames)
        while ahead:
            frame = ahead.pop()
            if frame not in found:
                found.add(frame)
                ahead += self._above(frame)
        return tuple(frame for frame in reversed(self._standing) if frame in found)

    def leave(self, frame: Frame) -> None:
        """Take the frame down: first finish the fixtures that stand on it, then undo its rows."""
        if frame.is_leaving or frame not in self._standing:
            return
        frame.is_leaving = True
        for above in self.with_those_above([frame]):
            if above is not frame:
                self._dismiss(above, frame)
        for alias in reversed(tuple(frame.blocks)):
            self._close(frame, alias)
        self._standing.remove(frame)
        if frame.floor:
            frame.floor.close()
            frame.floor = None
        frame.is_leaving = False

    def abandon(self, alias: str) -> tuple[Frame, ...]:
        """Close all blocks of the alias, whose rows are lost; say whose they were, the last opened first."""
        tower = self._towers.get(alias, [])
        whose = tuple(reversed(tower))
        for frame in whose:
            self._close(frame, alias)
        return whose

    def _place(self, ahead: Iterable[Frame], is_held: Callable[[Frame], bool]) -> Place:
        leaving = self.with_those_above(ahead)
        held = next((other for other in leaving if is_held(other)), None)
        return Place(held=held) if held else Place(leaving)

    def _above(self, frame: Frame) -> Sequence[Frame]:
        if frame.floor:
            return self._standing[self._standing.index(frame) + 1 :]
        towers = [self._towers[alias] for alias in frame.blocks]
        return [above for tower in towers for above in tower[tower.index(frame) + 1 :]]

    def _close(self, frame: Frame, alias: str) -> None:
        """Close the block, and those above it that a fixture in the middle of its set-up or teardown still has."""
        tower = self._towers[alias]
        while frame in tower:
            tower.pop().blocks.pop(alias).close()
