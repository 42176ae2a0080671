"""The hooks that give shared fixtures their frames, each of a few lines. ``lifetimes`` holds what they stand on."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

from statusquo.django.frames.tally import Tally
from statusquo.django.plugin.lifetimes import Lifetimes
from statusquo.django.plugin.shared import is_theirs

if TYPE_CHECKING:
    from _pytest.fixtures import SubRequest

TALLY = pytest.StashKey[Tally]()
"""What frames cost this process, for the report."""


class Framing:
    """The hooks of one run."""

    def __init__(self, config: pytest.Config) -> None:
        config.stash[TALLY] = Tally()
        self._lifetimes = Lifetimes(config, config.stash[TALLY])

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: SubRequest
    ) -> Generator[None, object, object]:
        """Around the set-up of a shared fixture: what it does to the database gets a frame."""
        if request.scope == "function":
            return (yield)
        if is_theirs(fixturedef):
            with self._lifetimes.unwatched():
                return (yield)
        with self._lifetimes.setting_up(fixturedef, request):
            return (yield)

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Before a test that will run: take away what it must not stand on or see."""
        self._lifetimes.prepare(item)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None]:
        """After a test: see whether the frames still stand, and raise what went wrong while fixtures were unwound."""
        yield
        self._lifetimes.check(item)
