"""The order of the tests: the user's where there is one, else ours, in the place of pytest-django's three bins."""

from __future__ import annotations

import functools
from collections.abc import Generator, Sequence
from random import Random

import pytest

from statusquo.django import order
from statusquo.django.plugin import modes, pytest_private

ORDER = "django_order"
_WIDE = ("session", "package", "module", "class")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Generator[None]:
    """Have ours stand where pytest-django's sort stands: whoever sorts before it or after it has the last word."""
    collected = list(items)

    def arrange(items: list[pytest.Item]) -> None:
        if config.getoption("verify_isolation"):
            left = set(items)
            entries = _entries([item for item in collected if item in left])
            items[:] = order.shuffled(entries, Random(config.getoption("isolation_seed")))  # noqa: S311 - to repeat
        elif config.getoption(ORDER) == "module" and not _is_given(config) and _is_as_collected(items, collected):
            items[:] = order.by_module(_entries(items))

    if config.getoption(ORDER) == "django" and not config.getoption("verify_isolation"):
        return (yield)
    with pytest_private.sorting_of_pytest_django(config, arrange):
        return (yield)


def _is_given(config: pytest.Config) -> bool:
    """True when tests are named one by one: then in this order."""
    return any("::" in argument for argument in config.args)


def _is_as_collected(items: Sequence[pytest.Item], collected: Sequence[pytest.Item]) -> bool:
    """True unless somebody has put what is left of the tests into an order of their own."""
    left = set(items)
    return list(items) == [item for item in collected if item in left]


def _entries(items: Sequence[pytest.Item]) -> list[order.Entry[pytest.Item]]:
    """What decides on their places; what tests of one function or home have in common is looked up once."""
    homes = functools.cache(_homes)
    known: dict[object, tuple[str, ...]] = {}
    entries = []
    for item in items:
        key = pytest_private.fixtures_key(item)
        if key not in known:
            known[key] = _shared(item)
        entries.append(order.Entry(item, modes.of(item), homes(item.parent), known[key]))
    return entries


def _homes(node: pytest.Item | pytest.Collector | None) -> tuple[object, ...]:
    return tuple(each for each in node.listchain() if isinstance(each, pytest.Module | pytest.Class)) if node else ()


def _shared(item: pytest.Item) -> tuple[str, ...]:
    """The fixtures of wider scope that a test uses, widest first."""
    scopes = pytest_private.scopes_of(item)
    return tuple(sorted((n for n in scopes if scopes[n] in _WIDE), key=lambda name: (_WIDE.index(scopes[name]), name)))
