"""What authors of shared fixtures import: ``from statusquo.django.fixtures import objects``."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Literal, TypeVar

_Function = TypeVar("_Function", bound=Callable[..., Any])
_MODE = "statusquo_objects"


class Objects(StrEnum):
    """What a test is given of the objects of a shared fixture that has rows."""

    COPY = "copy"
    """A copy of its own: what a test does to objects is gone with what it did to their rows."""
    REFETCH = "refetch"
    """New instances, read by primary key: nothing that the fixture had in memory comes with them."""
    SHARE = "share"
    """The objects themselves; whoever changes one is named."""


def objects(mode: Literal["copy", "refetch", "share"]) -> Callable[[_Function], _Function]:
    """Have a shared fixture hand out its objects in this way; goes below ``@pytest.fixture(scope=...)``.

    Without it, ``statusquo_objects`` of pytest's configuration holds. Raises ValueError.
    """
    chosen = Objects(mode)

    def mark(function: _Function) -> _Function:
        setattr(getattr(function, "__func__", function), _MODE, chosen)
        return function

    return mark


def mode_of(function: Callable[..., object]) -> Objects | None:
    """What ``objects`` said of the function of a fixture."""
    mode: Objects | None = getattr(function, _MODE, None)
    return mode
