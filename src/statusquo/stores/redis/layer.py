"""What the store keeps for a baseline: values over those of the baselines around it. Pure."""

from __future__ import annotations

import math
from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass

from statusquo.stores.redis.values import Slot, Value


@dataclass(slots=True)
class Layer:
    """What is kept for a baseline: its values over those of the outer ones; ``None`` for a key that was deleted."""

    values: ChainMap[Slot, Value | None]
    mortal: tuple[Slot, ...]
    """The keys that expire."""
    streams: tuple[Slot, ...]
    """The keys whose change is not always announced."""
    rest_until: float = 0
    """None of them is due before: deadlines only ever move away."""

    def inside(self, own: Mapping[Slot, Value | None]) -> Layer:
        """A layer that differs from this one in its *own* values."""
        return Layer(self.values.new_child(dict(own)), (*self.mortal, *_mortal(own)), (*self.streams, *_streams(own)))

    def due(self, now: int) -> set[Slot]:
        """The keys with half of their life over; all that expire are asked only when the first of them may be."""
        if now < self.rest_until:
            return set()
        held = ((slot, self.values.get(slot)) for slot in self.mortal)
        ends = {slot: value.due for slot, value in held if value and value.due is not None}
        due = {slot for slot in ends if ends[slot] <= now}
        if not due:
            self.rest_until = min(ends.values(), default=math.inf)
        return due


def outermost(held: Mapping[Slot, Value]) -> Layer:
    """A layer with nothing around it."""
    return Layer(ChainMap(dict(held)), _mortal(held), _streams(held))


def _mortal(held: Mapping[Slot, Value | None]) -> tuple[Slot, ...]:
    return tuple(slot for slot, value in held.items() if value and value.expires)


def _streams(held: Mapping[Slot, Value | None]) -> tuple[Slot, ...]:
    return tuple(slot for slot, value in held.items() if value and value.kind == b"stream")
