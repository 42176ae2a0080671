"""What each test is given of a shared fixture's value: objects as fresh as their rows. ``lifetimes`` calls it.

pytest keeps the value of a fixture in a tuple and reads its first item whenever somebody asks. The tuple is one of
ours, so that nothing is copied that no test asks for. While another shared fixture is set up, it is the value itself
that is handed out: shared objects refer to shared ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, SupportsIndex

import pytest

from statusquo.django.fixtures import Objects, mode_of
from statusquo.django.frames import mutations
from statusquo.django.frames.copies import Copies, Refetched
from statusquo.django.frames.mutations import Picture
from statusquo.django.frames.tally import Tally
from statusquo.django.plugin import options, pytest_private
from statusquo.django.plugin.shared import Definition, Shared

_ATOMS = (type(None), bool, int, float, complex, str, bytes)


_ADVICE = (
    'Have each test given objects of its own with @objects("copy") below @pytest.fixture, or change an object that the '
    "test has read itself."
)


class ObjectsChanged(UserWarning):
    """A test changed objects in memory that other tests are given, too."""


class Watch(StrEnum):
    """What becomes of a test that changes objects of shared fixtures in memory."""

    SHARED = "shared"
    """A warning, if other tests are given the same objects."""
    WARN = "warn"
    FAIL = "fail"


class Kept(tuple[Any, ...]):
    """pytest's ``cached_result``, whose first item is handed out by us."""

    give: Callable[[object], object]

    def __getitem__(self, index: SupportsIndex | slice) -> Any:
        value = super().__getitem__(index)
        return self.give(value) if index == 0 else value


@dataclass(frozen=True, slots=True)
class _Given:
    shared: Shared
    value: object
    before: Picture | None


class Handing:
    """Knows what the test that runs now has been given."""

    def __init__(self, config: pytest.Config, tally: Tally, access: Callable[[], AbstractContextManager[None]]) -> None:
        self._default = options.choice(config, "statusquo_objects", Objects)
        self._watch = options.choice(config, "statusquo_mutations", Watch)
        self._tally = tally
        self._access = access
        self._kept: dict[Definition, Shared] = {}
        self._uncopyable: set[Definition] = set()
        self.begin()

    @property
    def is_busy(self) -> bool:
        """True if there are values to hand out, or a test has been given some."""
        return bool(self._kept or self._given)

    def begin(self) -> None:
        """The next test: it has been given nothing."""
        self._given: dict[Shared, _Given] = {}
        self._copies = Copies()
        self._refetched = Refetched()

    def keep(self, shared: Shared, setting_up: Sequence[Shared]) -> None:
        """Have the value of a fixture that was set up handed out by us, if it has rows or comes from one that has."""
        result = shared.definition.cached_result
        if result is None or type(result) is Kept or isinstance(result[0], _ATOMS):
            return
        if not shared.touched and self._kept.keys().isdisjoint(pytest_private.asks_for(shared.request)):
            return
        kept = Kept(result)
        kept.give = lambda value: value if setting_up else self._give(shared, value)
        shared.definition.cached_result = kept
        self._kept[shared.definition] = shared

    def forget(self, shared: Shared) -> None:
        """It was finished."""
        if self._kept.get(shared.definition) is shared:
            del self._kept[shared.definition]

    def tell(self, item: pytest.Item) -> None:
        """After a test: say what it changed of what it was given. Raises Failed if that is a failure."""
        found = self._changes()
        if not found:
            return
        message = f"{item.nodeid} changed objects of shared fixtures in memory: {'; '.join(found)}. {_ADVICE}"
        if self._watch is Watch.FAIL:
            pytest.fail(message, pytrace=False)
        item.warn(ObjectsChanged(message))

    def _changes(self) -> list[str]:
        found = []
        for given in self._given.values():
            if given.before is not None:
                after = mutations.picture(given.shared.definition.argname, given.value)
                changes = mutations.changes(given.before, after)
                if changes:
                    found.append(f"{'; '.join(map(str, changes))} (of the {given.shared})")
        return found

    def _give(self, shared: Shared, value: object) -> object:
        if shared not in self._given:
            mode = mode_of(shared.definition.func) or self._default
            mine = self._made(shared, value, mode)
            is_watched = self._watch is not Watch.SHARED or mode is Objects.SHARE
            before = mutations.picture(shared.definition.argname, mine) if is_watched else None
            self._given[shared] = _Given(shared, mine, before)
        return self._given[shared].value

    def _made(self, shared: Shared, value: object, mode: Objects) -> object:
        if mode is Objects.SHARE or shared.definition in self._uncopyable:
            return value
        if mode is Objects.REFETCH:
            with self._access():
                return self._refetched.of(value)
        try:
            return self._copies.of(value)
        except Exception as error:
            self._uncopyable.add(shared.definition)
            self._tally.notes.append(
                f"All tests are given the same {type(value).__name__} by the {shared}: it cannot be copied ({error}). "
                'Mark the fixture with @objects("share") if that is meant.'
            )
            return value
