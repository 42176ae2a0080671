"""The hooks that give shared fixtures their frames, each of a few lines. ``lifetimes`` holds what they stand on."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from statusquo.django.frames.tally import Tally
from statusquo.django.plugin import asking, losses, options, pytest_private, tests
from statusquo.django.plugin.lifetimes import Lifetimes
from statusquo.django.plugin.preparing import Exact, Preparing
from statusquo.django.plugin.whose import is_own, is_theirs

if TYPE_CHECKING:
    from _pytest.fixtures import SubRequest

TALLY = pytest.StashKey[Tally]()
"""What frames cost this process, for the report."""


class Framing:
    """The hooks of one run."""

    def __init__(self, config: pytest.Config) -> None:
        self._lifetimes = Lifetimes(config, config.stash.setdefault(TALLY, Tally()))
        self._preparing = Preparing(self._lifetimes, options.choice(config, "statusquo_exact", Exact))

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: SubRequest
    ) -> Generator[None, object, object]:
        """Around the set-up of a shared fixture: what it does to the database gets a frame."""
        if fixturedef.scope == "function":
            return (yield from self._set_up_own(fixturedef, request))
        if not is_theirs(fixturedef):
            self._preparing.note(fixturedef, request)
            with self._lifetimes.setting_up(fixturedef, request):
                return (yield)
        if fixturedef.argname == "django_db_setup":
            with self._lifetimes.unwatched():
                return (yield)
        if fixturedef.argname.startswith("_unittest_setUpClass") and tests.is_in_class(pytest_private.item_of(request)):
            self._lifetimes.of_class = fixturedef, request
            shield = ExitStack()
            fixturedef.addfinalizer(shield.close)
            value = yield
            fixturedef.addfinalizer(lambda: shield.enter_context(self._lifetimes.kept_open()))
            return value
        return (yield)

    def _set_up_own(self, fixturedef: pytest.FixtureDef[Any], request: SubRequest) -> Generator[None, object, object]:
        """Around the set-up of a fixture of one test: unittest begins the test after it, so it needs a frame there."""
        if tests.is_in_class(request.node) and is_own(fixturedef):
            with self._lifetimes.setting_up(fixturedef, request):
                return (yield)
        if fixturedef.argname == asking.HELPER and self._lifetimes.has_any:  # at its end, the test is undone
            request.node.addfinalizer(lambda: losses.repair(self._lifetimes, request.node))
            if late := asking.late_for(request):
                with pytest_private.failing_as_set_up(fixturedef, request):
                    self._preparing.clear(request, late)
        return (yield)

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Before a test that will run: take away what it must not stand on or see."""
        if self._lifetimes.has_any:
            self._lifetimes.handing.begin()
            self._lifetimes.abandon_floors(item.nodeid)
            self._preparing.prepare(item)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None]:
        """After a test: see whether the frames still stand, and raise what went wrong while fixtures were unwound."""
        try:
            yield
        finally:
            if self._lifetimes.has_any:
                losses.repair(self._lifetimes, item)
        self._lifetimes.handing.tell(item)
        failures = self._lifetimes.take_failures()
        if failures:
            raise failures[0] if len(failures) == 1 else BaseExceptionGroup("errors while finishing fixtures", failures)
