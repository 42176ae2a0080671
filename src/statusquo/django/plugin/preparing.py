"""Which shared fixtures must leave before a test is given anything. ``framing`` asks before each test that will run."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import pytest

from statusquo.django.frames.tally import Reason
from statusquo.django.plugin import asking, pytest_private, tests
from statusquo.django.plugin.lifetimes import Lifetimes
from statusquo.django.plugin.shared import Definition, Shared

if TYPE_CHECKING:
    from _pytest.fixtures import SubRequest


class Exact(StrEnum):
    """Which shared fixtures a test sees the rows of only if it asks for them."""

    WIDE = "wide"
    """Those of the session and of packages."""
    ALL = "all"
    NONE = "none"


class Preparing:
    """Knows which parameters fixtures have now, and who may be seen."""

    def __init__(self, lifetimes: Lifetimes, exact: Exact) -> None:
        self._lifetimes = lifetimes
        self._exact = exact
        self._with_parameters: dict[Definition, SubRequest] = {}

    def note(self, definition: Definition, request: SubRequest) -> None:
        """Remember the parameter that a shared fixture is set up with."""
        if hasattr(request, "param"):
            self._with_parameters[definition] = request

    def prepare(self, item: pytest.Item) -> None:
        """Finish what *item* must not stand on or see, the last opened first."""
        if not self._lifetimes.standing:
            return
        self._settle_parameters(getattr(getattr(item, "callspec", None), "params", {}))
        closure = pytest_private.closure(item)
        for shared in reversed(self._lifetimes.standing):
            reason = self._why_leave(shared, item, closure)
            if reason is Reason.UNSEEN and tests.is_in_class(item):
                self._lifetimes.finish_class(item, shared)
            if reason and self._lifetimes.can_leave(shared):
                self._lifetimes.finish(shared, item.nodeid, reason)

    def clear(self, request: SubRequest, fixture: str) -> None:
        """Finish all that a test must not stand on which begins to commit now because of *fixture*.

        Raises StatusquoError if it has been given one of them.
        """
        item = pytest_private.item_of(request)
        for shared in reversed(self._lifetimes.standing):
            if shared.frame.floor is None:
                if pytest_private.is_resolved(shared.definition, request):
                    raise asking.refusal(item, fixture, shared)
                self._lifetimes.finish(shared, item.nodeid, Reason.BARRIER)

    def _settle_parameters(self, params: dict[str, Any]) -> None:
        """Finish those of another parameter; pytest would in the middle of the set-up, when others stand on them."""
        for definition, request in tuple(self._with_parameters.items()):
            if definition.argname in params and params[definition.argname] is not request.param:
                del self._with_parameters[definition]
                self._lifetimes.finish_parameter(definition, request)

    def _why_leave(self, shared: Shared, item: pytest.Item, closure: Collection[Definition]) -> Reason | None:
        is_floor = shared.frame.floor is not None
        if tests.commits(item) and not is_floor:
            return Reason.BARRIER
        if shared.is_wanted(closure):
            return None
        is_wide = shared.request.scope in {"session", "package"}
        if self._exact is Exact.ALL or (self._exact is Exact.WIDE and is_wide):
            return Reason.UNSEEN
        return Reason.BARRIER if tests.is_in_class(item) and not is_floor else None
