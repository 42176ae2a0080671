"""When shared fixtures begin and end: each lives exactly as long as its rows. ``framing`` calls it from hooks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper

from statusquo.django.frames import blocks
from statusquo.django.frames.blocks import AtomicBlock
from statusquo.django.frames.stack import Frame, Stack
from statusquo.django.frames.tally import Pair, Reason, Tally
from statusquo.django.plugin import building, pytest_private
from statusquo.django.plugin.shared import Definition, Shared

if TYPE_CHECKING:
    from _pytest.fixtures import SubRequest


class Lifetimes:
    """The shared fixtures of a process that have touched the database."""

    def __init__(self, config: pytest.Config, tally: Tally) -> None:
        self._blocker = pytest_private.blocker(config)
        with self.unwatched():
            self._through = BaseDatabaseWrapper.ensure_connection
        self._tally = tally
        self._stack = Stack(self._dismiss)
        self._shared: dict[Frame, Shared] = {}
        self._setting_up: list[Shared] = []
        self._failures: list[BaseException] = []

    def unwatched(self) -> AbstractContextManager[None]:
        """Let everybody at the database, and notice nobody: what is done is ours or pytest-django's."""
        free: AbstractContextManager[None] = self._blocker.unblock()
        return free

    @contextmanager
    def setting_up(self, definition: Definition, request: SubRequest) -> Iterator[None]:
        """Around the set-up of a shared fixture: its rows get a frame once it touches the database.

        pytest runs finalizers in reverse: the teardown of the fixture comes between ``begin`` and ``_end``.
        """
        shared = Shared(definition, request, through=self._through, admit=self._admit)
        definition.addfinalizer(lambda: self._end(shared))
        self._setting_up.append(shared)
        shared.begin()
        try:
            yield
        except BaseException:
            self._leave(shared)
            raise
        finally:
            shared.end()
            self._setting_up.pop()
            definition.addfinalizer(shared.begin)
        self._settle(shared)

    def prepare(self, item: pytest.Item) -> None:
        """Before *item* is given anything: finish what it must not stand on or see."""

    def check(self, item: pytest.Item) -> None:
        """After *item*: raise what went wrong while fixtures were finished early."""
        failures, self._failures = self._failures, []
        if failures:
            raise failures[0] if len(failures) == 1 else BaseExceptionGroup("errors while finishing fixtures", failures)

    def _admit(self, shared: Shared, alias: str) -> None:
        """Before the fixture's first query on the alias: find its rows a place."""
        with self.unwatched():
            if shared in self._setting_up:
                building.ensure(shared.request, alias)
            top = self._stack.top(alias)
            if not (top.blocks[alias].is_innermost() if top else blocks.is_free(alias)):
                self._demote(shared, alias)
                return
            place = self._stack.plan(
                shared.frame, alias, is_held=lambda frame: self._is_held(self._shared[frame], shared.request)
            )
            for frame in place.leaving:
                self._finish(frame, str(shared), Reason.LATE)
            if place.held:
                self._tally.demotions.append(Pair(str(shared), place.held.fixture, Reason.HELD))
            self._open(shared, alias)

    def _open(self, shared: Shared, alias: str) -> None:
        self._stack.push(shared.frame, alias, AtomicBlock.open(alias))
        self._shared[shared.frame] = shared
        self._tally.opened += 1

    def _demote(self, shared: Shared, alias: str) -> None:
        """Leave its rows to the block that is open, and finish it with the test."""
        item = pytest_private.item_of(shared.request)
        if shared.request.node is not item:
            self._tally.demotions.append(Pair(str(shared), item.nodeid, Reason.IN_TEST))
            item.addfinalizer(shared.finish)

    def _settle(self, shared: Shared) -> None:
        try:
            with self.unwatched():
                for block in shared.frame.blocks.values():
                    block.settle()
        except BaseException as error:
            shared.fail(error)
            raise

    def _end(self, shared: Shared) -> None:
        shared.end()
        self._leave(shared)

    def _leave(self, shared: Shared) -> None:
        with self.unwatched():
            self._stack.leave(shared.frame)
        self._shared.pop(shared.frame, None)
        shared.touched.clear()

    def _is_held(self, shared: Shared, request: SubRequest) -> bool:
        return shared in self._setting_up or pytest_private.is_resolved(shared.definition, request)

    def _dismiss(self, above: Frame, leaving: Frame) -> None:
        self._finish(above, leaving.fixture, Reason.STOOD_ON)

    def _finish(self, frame: Frame, because: str, reason: Reason) -> None:
        """Finish a fixture early; what its teardown raises is told at the end of the test that is running."""
        self._tally.unwinds.append(Pair(frame.fixture, because, reason))
        try:
            frame.finish()
        except (Exception, pytest.fail.Exception, pytest.skip.Exception) as error:
            error.add_note(f"This is the teardown of the {frame.fixture}, finished early for {because}: {reason}.")
            self._failures.append(error)
