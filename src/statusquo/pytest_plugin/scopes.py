"""Shared fixtures as layers: a fixture wider than a test lives exactly as long as its rows. ``run`` calls it.

Fixtures that reach the stack stand on one another in the order in which they were set up. One that changed the
system owns a layer; when it goes, its layer and all above it are dropped, so the fixtures above it are finished first
and pytest sets them up anew when next asked. One that came when the system had been changed and not yet put back (in
the middle of a test) cannot have a layer: it is *passing*, and goes with the next rewind.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

import pytest

from statusquo.core.errors import StatusquoError
from statusquo.pytest_plugin import plugin
from statusquo.pytest_plugin.errors import readable
from statusquo.rewind.rewinder import Layer, Rewinder

if TYPE_CHECKING:
    from _pytest.fixtures import SubRequest

Scope = Literal["function", "class", "module"]
"""When a test's changes are put back: at its end, or at that of its class or module."""
_WIDTH = {"function": 0, "class": 1, "module": 2, "package": 3, "session": 4}


@dataclass(slots=True, eq=False)
class _Shared:
    """One set-up of a shared fixture."""

    fixturedef: pytest.FixtureDef[object]
    request: SubRequest
    layer: Layer | None = None
    is_passing: bool = False

    def finish(self) -> None:
        """Tear it down and have pytest forget its value; nothing happens if that was done."""
        self.fixturedef.finish(self.request)


class SharedFixtures:
    """The shared fixtures that stand on the system now, and those with parameters."""

    def __init__(self, rewinder: Rewinder) -> None:
        self._rewinder = rewinder
        self._standing: list[_Shared] = []
        self._with_parameters: dict[pytest.FixtureDef[object], SubRequest] = {}
        self._reaching = {plugin.RUN, "stack", "api", "api_auth"}

    @contextmanager
    def setting_up(
        self, fixturedef: pytest.FixtureDef[object], request: SubRequest, *, due: Scope, may_ask: bool
    ) -> Iterator[None]:
        """Around the set-up of a fixture: gives it a layer if it is shared and changed the system.

        *due* is the scope at whose end the next rewind comes; a narrower fixture leaves its rows to that. With
        *may_ask*, one that takes ``request`` is held to be able to get at the stack.
        """
        if request.scope != "function" and hasattr(request, "param"):
            self._with_parameters[fixturedef] = request
        if request.scope == "function" or not self._may_reach(fixturedef, may_ask=may_ask):
            yield
            return
        shared = _Shared(fixturedef, request)
        cannot_own = _WIDTH[request.scope] < _WIDTH[due] or self._is_dirty()
        fixturedef.addfinalizer(partial(self._leave, shared))  # runs after the fixture's own teardown
        yield
        try:
            with readable():
                self._place(shared, cannot_own=cannot_own)
        except BaseException:
            shared.finish()  # or its value would stay, and its rows would not
            raise
        fixturedef.addfinalizer(partial(self._finish_above, shared))  # runs before it

    def settle(self, item: pytest.Item) -> None:
        """Finish the shared fixtures whose parameter *item* changes, before it is given any that stand above them.

        pytest would do so in the middle of the set-up, when *item* may hold a wider fixture that goes with them.
        """
        params = getattr(getattr(item, "callspec", None), "params", {})
        if not self._standing:
            return
        for fixturedef, request in tuple(self._with_parameters.items()):
            if fixturedef.argname in params and params[fixturedef.argname] is not request.param:
                del self._with_parameters[fixturedef]
                fixturedef.finish(request)

    def finish_passing(self) -> None:
        """Finish the fixtures whose rows go with the rewind that is due."""
        _finish_all([shared for shared in self._standing if shared.is_passing])

    def finish(self) -> None:
        """Finish all of them: what they stand on goes."""
        _finish_all(self._standing)

    def abandon(self) -> None:
        """Finish all of them, whatever their teardown meets: what they stood on is gone, and that is what is told."""
        try:
            self.finish()
        except (KeyboardInterrupt, SystemExit, pytest.exit.Exception):
            raise
        except BaseException:  # noqa: S110 - pytest's own outcomes are no Exception
            pass

    def _may_reach(self, fixturedef: pytest.FixtureDef[object], *, may_ask: bool) -> bool:
        is_ours = getattr(fixturedef.func, "__module__", "") == plugin.__name__
        return not is_ours and (self._reaches(fixturedef) or (may_ask and "request" in fixturedef.argnames))

    def _reaches(self, fixturedef: pytest.FixtureDef[object]) -> bool:
        return not self._reaching.isdisjoint(fixturedef.argnames)

    def _is_dirty(self) -> bool:
        """True when the system may be changed; a store that cannot say so now will say why when it is rewound.

        pytest 9 cannot run a fixture again whose set-up was refused by a hook, so nothing may be raised here.
        """
        try:
            return self._rewinder.has_changed()
        except StatusquoError:
            return True

    def _place(self, shared: _Shared, *, cannot_own: bool) -> None:
        has_changed = self._rewinder.has_changed()
        if not has_changed and not self._reaches(shared.fixturedef):
            return
        self._reaching.add(shared.fixturedef.argname)
        if cannot_own:
            shared.is_passing = True
            self._standing.append(shared)
        elif has_changed:
            self._push(shared)
        else:
            self._standing.append(shared)

    def _push(self, shared: _Shared) -> None:
        """The changes become a layer of *shared*, and so do those of the passing fixtures that it asked for."""
        name = f"{shared.request.scope} fixture {shared.fixturedef.argname}"
        passing = [other for other in self._standing if other.is_passing]
        shared.layer = self._rewinder.push(name)
        self._standing = [other for other in self._standing if not other.is_passing] + [shared, *passing]
        for other in passing:
            other.is_passing = False

    def _finish_above(self, shared: _Shared) -> None:
        if shared.layer is not None:
            _finish_all(self._standing[self._standing.index(shared) + 1 :])

    def _leave(self, shared: _Shared) -> None:
        if shared in self._standing:
            self._standing.remove(shared)
        if shared.layer is not None:
            with readable():
                self._rewinder.drop(shared.layer, because=f"end of {shared.layer.name}")


def _finish_all(fixtures: list[_Shared]) -> None:
    """Finish them, the last first, all of them even if one fails."""
    with ExitStack() as finishing:
        for shared in fixtures:
            finishing.callback(shared.finish)
