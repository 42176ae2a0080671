"""What tests ask of the stack by the marks ``needs_services`` and ``variant``: read, checked, made one plan.

``plugin`` calls ``sort`` and ``check_all`` when tests are collected; ``session`` asks what to start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

import pytest

from statusquo.config import Config, needed
from statusquo.core import graph
from statusquo.core.errors import ConfigError
from statusquo.pytest_plugin import project, selection

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Need:
    """What one test asks for."""

    test: str
    """Its name for people."""
    services: tuple[str, ...] | None = None
    """None: those of ``[stack] start``."""
    variant: str = ""
    """Empty: the services as they are configured."""
    together: str = ""
    """The class or module at whose end it is put back; empty: it is put back by itself."""


def of(item: pytest.Item) -> Need:
    """What the marks of a test say. Raises UsageError for one that says nothing sensible."""
    asked = [_words(item, mark) for mark in item.iter_markers("needs_services")]
    mark = item.get_closest_marker("variant")
    variant = _words(item, mark) if mark else ("",)
    if len(variant) != 1:
        raise _senseless(item, "variant", 'one name of a variant, as "one-job"')
    services = tuple(dict.fromkeys(name for names in asked for name in names)) if asked else None
    return Need(item.nodeid, services, variant[0], selection.together(item))


def services(needs: Iterable[Need], config: Config) -> tuple[str, ...]:
    """The services that the tests need together, in the order of starting."""
    return needed.services(config, tuple(dict.fromkeys(name for need in needs for name in _asked(need, config))))


def by_variant(items: Sequence[T], variant: Callable[[T], str]) -> list[T]:
    """*items* so that each variant comes once, those without one first; within a variant they keep their order."""
    ranks = {"": 0}
    for item in items:
        ranks.setdefault(variant(item), len(ranks))
    return sorted(items, key=lambda item: ranks[variant(item)])


def sort(items: list[pytest.Item]) -> None:
    """Have the run enter each variant once. Raises UsageError."""
    variants = {item: of(item).variant for item in items}
    items[:] = by_variant(items, variants.__getitem__)


def check_all(users: Sequence[pytest.Item], config: pytest.Config) -> None:
    """Hold what tests ask for against the configuration, if it can be read. Raises UsageError."""
    with suppress(ConfigError):  # told when the stack starts, with the exit code of a configuration that is wrong
        check(map(of, users), project.load(config))


def check(needs: Iterable[Need], config: Config) -> None:
    """Return if the stack can be what the tests ask for. Raises UsageError with all that it cannot."""
    wrong = [*_unknown(needs := tuple(needs), config), *_torn(needs)]
    if wrong:
        raise pytest.UsageError("\n".join(wrong))


def _asked(need: Need, config: Config) -> tuple[str, ...]:
    if need.services is None:
        return config.start
    return (*((config.api.service,) if config.api else ()), *need.services)


def _unknown(needs: Iterable[Need], config: Config) -> Iterator[str]:
    services = [each.name for each in config.services]
    variants = [each.name for each in config.variants]
    for need in needs:
        for name in need.services or ():
            if name not in services:
                guess = graph.did_you_mean(name, services)
                yield f"{need.test}: @pytest.mark.needs_services: {config.path.name} has no service {name!r}. {guess}"
        if need.variant and need.variant not in variants:
            guess = graph.did_you_mean(need.variant, variants)
            yield f"{need.test}: @pytest.mark.variant: {config.path.name} has no variant {need.variant!r}. {guess}"


def _torn(needs: Iterable[Need]) -> Iterator[str]:
    """The classes and modules that would be put back in the middle, because a variant is entered there."""
    first: dict[str, Need] = {}
    told = set()
    for need in needs:
        other = first.setdefault(need.together, need)
        if need.together and need.variant != other.variant and need.together not in told:
            told.add(need.together)
            yield (
                f"{need.together}: its tests are put back together (@pytest.mark.rewind), but {other.test} runs "
                f"{_in(other)} and {need.test} {_in(need)}. Entering a variant puts everything back. Give all of them "
                "the same variant, or have each put back by itself."
            )


def _in(need: Need) -> str:
    return f"in the variant {need.variant!r}" if need.variant else "without a variant"


def _words(item: pytest.Item, mark: pytest.Mark) -> tuple[str, ...]:
    if mark.kwargs or not mark.args or not all(isinstance(word, str) and word for word in mark.args):
        raise _senseless(item, mark.name, "names, as strings")
    return mark.args


def _senseless(item: pytest.Item, mark: str, what: str) -> pytest.UsageError:
    return pytest.UsageError(f"{item.nodeid}: @pytest.mark.{mark} takes {what}.")
