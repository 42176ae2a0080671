"""In which order tests run: modules and classes whole, what is cheap first, what shares fixtures side by side. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Mode(IntEnum):
    """How a test uses databases, cheapest first."""

    NONE = 0
    SAVEPOINT = 1
    TRANSACTIONAL = 2


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """A test, with what decides its place.

    ``homes`` are the module and the classes around it, outermost first; ``shared`` the fixtures of wider scope that it
    uses, widest first.
    """

    test: T
    mode: Mode
    homes: tuple[Hashable, ...] = ()
    shared: tuple[Hashable, ...] = ()


_Branch = tuple[tuple[Hashable, ...], list[Entry[T]]]


def by_module(entries: Sequence[Entry[T]]) -> list[T]:
    """The tests with modules in the order they came in, and within each the cheap ones first."""
    return [entry.test for entry in _arrange(entries, 0)]


def shuffled(entries: Sequence[Entry[T]], random: Random) -> list[T]:
    """The tests in a random order in which modules and classes stay whole."""
    return [entry.test for entry in _shuffle(entries, 0, random)]


def _shuffle(entries: Sequence[Entry[T]], depth: int, random: Random) -> list[Entry[T]]:
    blocks = [_shuffle(b, depth + 1, random) if len(b) > 1 else b for b in _blocks(entries, depth)]
    random.shuffle(blocks)
    return [entry for block in blocks for entry in block]


def _blocks(entries: Sequence[Entry[T]], depth: int) -> list[list[Entry[T]]]:
    """What stands side by side in one home: its tests, and the classes in it, each as one."""
    blocks: dict[Hashable, list[Entry[T]]] = {}
    for entry in entries:
        own = entry.homes[depth] if len(entry.homes) > depth else object()
        blocks.setdefault(own, []).append(entry)
    return [*blocks.values()]


def _arrange(entries: Sequence[Entry[T]], depth: int) -> list[Entry[T]]:
    arranged = [_arrange(block, depth + 1) if len(block) > 1 else block for block in _blocks(entries, depth)]
    if depth:
        ranked = itertools.groupby(sorted(arranged, key=_cost), _cost)
        arranged = [block for _, equal in ranked for block in _walk(_without_common([(b[0].shared, b) for b in equal]))]
    return [entry for block in arranged for entry in block]


def _cost(block: Sequence[Entry[T]]) -> Mode:
    return max(entry.mode for entry in block)


def _without_common(branches: list[_Branch[T]]) -> list[_Branch[T]]:
    """Leave out what all of them use, such as autouse fixtures: it tells none from another."""
    common = set[Hashable].intersection(*(set(shared) for shared, _ in branches))
    return [(tuple(each for each in shared if each not in common), block) for shared, block in branches]


def _walk(branches: list[_Branch[T]]) -> list[list[Entry[T]]]:
    """Walk the tree of their fixtures depth first: what needs no more comes first, then in the order they came in."""
    first: dict[Hashable, list[_Branch[T]]] = {}
    for shared, block in branches:
        if shared:
            first.setdefault(shared[0], []).append((shared[1:], block))
    ends = [block for shared, block in branches if not shared]
    return [*ends, *(block for deeper in first.values() for block in _walk(deeper))]
