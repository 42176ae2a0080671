"""One set-up of a fixture with a frame, from before its first line to after its teardown. ``lifetimes`` makes it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from statusquo.django.frames.access import Ensure, Turnstile
from statusquo.django.frames.stack import Frame
from statusquo.django.plugin import pytest_private

if TYPE_CHECKING:
    from _pytest.fixtures import SubRequest

Definition = pytest.FixtureDef[Any]


class Shared:
    """Knows what the fixture touched; *admit* is asked before it touches an alias for the first time."""

    def __init__(
        self, definition: Definition, request: SubRequest, *, through: Ensure, admit: Callable[[Shared, str], object]
    ) -> None:
        self.definition = definition
        self.request = request
        self.askers = pytest_private.asked_for_by(request)
        self.touched: set[str] = set()
        self.hosts: list[Shared] = []
        """Those in whose frames some of its rows are."""
        self.is_ending = False
        name = f'{request.scope} fixture "{definition.argname}"'
        self.frame = Frame(name, len(request.node.listchain()), self.finish)
        self._turnstile = Turnstile(self._touch, through)
        self._admit = admit

    def __str__(self) -> str:
        return self.frame.fixture

    @property
    def is_shared(self) -> bool:
        """False for a fixture of one test, which has a frame of its own in a class of Django's TestCase."""
        return self.definition.scope != "function"

    def finish(self) -> None:
        """Tear the fixture down and have pytest forget its value; nothing happens if that was done."""
        self.definition.finish(self.request)

    def is_wanted(self, closure: Collection[Definition]) -> bool:
        """True if a test with this closure asks for it, or for one that asked for it dynamically."""
        return self.definition in closure or any(asker in closure for asker in self.askers)

    @contextmanager
    def setting_up(self) -> Iterator[None]:
        """The code of its set-up runs."""
        self._turnstile.open()
        try:
            yield
        finally:
            self._turnstile.close()

    def begin_teardown(self) -> None:
        """The code of its teardown runs from here; not all of them have any."""
        self.is_ending = True
        self._turnstile.open()

    def end_teardown(self) -> None:
        """Its teardown is over."""
        self._turnstile.close()

    def fail(self, error: BaseException) -> None:
        """Tear it down at once, and have pytest raise *error* for all who ask for it in its scope."""
        key = self.definition.cached_result and self.definition.cached_result[1]
        try:
            self.finish()
        finally:
            self.definition.cached_result = (None, key, (error, error.__traceback__))

    def _touch(self, alias: str) -> None:
        if alias not in self.touched:
            self.touched.add(alias)
            try:
                self._admit(self, alias)
            except BaseException:
                self.touched.discard(alias)
                raise
