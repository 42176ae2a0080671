"""What authors of fixtures import: ``from statusquo.django.fixtures import objects, temporary_models``."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from enum import StrEnum
from typing import Any, Literal, TypeVar

from statusquo.core.errors import StatusquoError

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


def temporary_models(*databases: str) -> Callable[[Callable[..., Any]], Callable[..., Iterator[Any]]]:
    """Give the models that a fixture defines tables in these databases, the default one if none is named.

    Goes below ``@pytest.fixture(...)``, of any scope. Until the fixture ends, the models are Django's like all others;
    after that, nothing knows of them. Raises StatusquoError when the fixture is set up, if it defines none.
    """

    def mark(function: Callable[..., Any]) -> Callable[..., Iterator[Any]]:
        @functools.wraps(function)
        def define(*arguments: Any, **named: Any) -> Iterator[Any]:
            from statusquo.django.temporary import registry, tables  # noqa: PLC0415 - it loads Django's models

            with ExitStack() as undo:
                definition = undo.enter_context(registry.defining())
                value = undo.enter_context(_running(function, arguments, named))
                definition.settle()
                if not definition.models:
                    raise _nothing_defined(function.__name__)
                for alias in databases or ("default",):
                    undo.enter_context(tables.made(alias, definition.models))
                yield value

        return define

    return mark


def _running(function: Callable[..., Any], arguments: Any, named: Any) -> AbstractContextManager[Any]:
    if inspect.isgeneratorfunction(function):
        return contextmanager(function)(*arguments, **named)
    return nullcontext(function(*arguments, **named))


def _nothing_defined(function: str) -> StatusquoError:
    return StatusquoError(
        f'The fixture "{function}" has defined no model.',
        why="A module is imported once, and its models stay from then on.",
        next="Have the class statements in the fixture itself.",
    )


def mode_of(function: Callable[..., object]) -> Objects | None:
    """What ``objects`` said of the function of a fixture."""
    mode: Objects | None = getattr(function, _MODE, None)
    return mode
