"""When shared fixtures begin and end: each lives exactly as long as its rows. ``framing`` calls it from hooks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import TYPE_CHECKING

import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test.testcases import DatabaseOperationForbidden

from statusquo.django.frames import access, blocks
from statusquo.django.frames.stack import Frame, Loss, Stack
from statusquo.django.frames.tally import Pair, Reason, Tally
from statusquo.django.plugin import building, guarding, pytest_private, restoring
from statusquo.django.plugin.handing import Handing
from statusquo.django.plugin.placing import Committed, Placing
from statusquo.django.plugin.shared import Definition, Shared

if TYPE_CHECKING:
    from _pytest.fixtures import SubRequest


class Lifetimes:
    """The shared fixtures of a process that have touched the database."""

    def __init__(self, config: pytest.Config, tally: Tally) -> None:
        self._tally = tally
        blocker = pytest_private.blocker(config)
        with blocker.unblock():
            self._through: access.Ensure = BaseDatabaseWrapper.ensure_connection
        blocker.unblock = access.noticing(blocker.unblock, self._through, config.stash[guarding.GUARD].has_made)
        self._stack = Stack(self._dismiss)
        self.placing = Placing(self._stack, tally, lambda: restoring.of(config), self.finish)
        self.handing = Handing(config, tally, self.unwatched)
        self.of_class: tuple[Definition, SubRequest] | None = None
        """The last set-up of a class of Django's TestCase."""
        self._failures: list[BaseException] = []

    @property
    def has_any(self) -> bool:
        """True if a fixture stands, or a test may have been given what came from one."""
        return bool(self.placing.shared or self.handing.is_busy)

    @property
    def standing(self) -> tuple[Shared, ...]:
        """The fixtures that have frames, the first opened first."""
        return tuple(self.placing.shared[frame] for frame in self._stack.standing)

    def kept_open(self) -> AbstractContextManager[None]:
        """Have nobody close the connections that frames are on."""
        return blocks.kept_open(self._stack.aliases)

    def unwatched(self) -> AbstractContextManager[None]:
        """Let everybody at the database, and notice nobody: what is done is ours or pytest-django's."""
        return access.free(self._through)

    @contextmanager
    def setting_up(self, definition: Definition, request: SubRequest) -> Iterator[None]:
        """Around the set-up of a fixture: its rows get a frame once it touches the database.

        pytest runs finalizers in reverse: the fixture's own come between ``begin_teardown`` and ``_end``.
        """
        shared = Shared(definition, request, through=self._through, admit=self._admit)
        definition.addfinalizer(lambda: self._end(shared))
        self.placing.setting_up.append(shared)
        try:
            with shared.setting_up():
                yield
        except BaseException as error:
            self._leave(shared)
            if isinstance(error, DatabaseOperationForbidden):  # it is the test that may not: others may ask again
                pytest_private.item_of(request).addfinalizer(shared.finish)
            raise
        finally:
            self.placing.setting_up.pop()
            definition.addfinalizer(shared.begin_teardown)
        if shared.is_shared:  # the end of a test looks by itself at what its fixtures have left
            self._settle(shared)
            self.handing.keep(shared, self.placing.setting_up)

    def finish(self, shared: Shared, because: str, reason: Reason) -> None:
        """Finish a fixture early, after those that stand on it: pytest knows those that name it, and no others.

        What a teardown raises is told at the end of the test that is running.
        """
        if not shared.is_ending:
            self._finish_above(shared)
            self._tally.unwinds.append(Pair(str(shared), because, reason))
            with self._noting(f"the {shared}, finished early because of {because}: {reason}"):
                shared.finish()

    def finish_parameter(self, definition: Definition, request: SubRequest) -> None:
        """Finish a fixture whose parameter the next test changes, whether it has rows or others stand on it."""
        for shared in self.standing:
            if shared.definition is definition:
                self._finish_above(shared)
        with self._noting(f'the fixture "{definition.argname}" with the parameter {request.param!r}'):
            definition.finish(request)

    def finish_class(self, item: pytest.Item, because: Shared) -> None:
        """Finish the class of Django's that the test belongs to, if it has begun: it is set up anew for the test.

        Its rows stand on those of *because*, which must leave.
        """
        if self.of_class is None:
            return
        definition, request = self.of_class
        if definition in pytest_private.closure(item) and definition.cached_result is not None:
            whose = f"the class {request.node.name}"
            self._tally.unwinds.append(Pair(whose, str(because), Reason.STOOD_ON))
            with self._noting(whose):
                definition.finish(request)

    def lost(self) -> dict[str, Loss]:
        """The aliases whose transaction is not that of the frames any more."""
        tops = ((alias, self._stack.top(alias)) for alias in self._stack.aliases)
        losses = {alias: top.blocks[alias].loss() for alias, top in tops if top}
        return {alias: loss for alias, loss in losses.items() if loss}

    def abandon(self, alias: str, because: str) -> list[Shared]:
        """Finish all fixtures with rows on the alias: they are lost. What teardowns miss in them is not told."""
        with self.unwatched():
            lost = [self.placing.shared[frame] for frame in self._stack.abandon(alias)]
        for shared in lost:
            shared.touched.discard(alias)
            self._finish_lost(shared, because)
        return lost

    def abandon_floors(self, because: str) -> list[Shared]:
        """Finish the fixtures whose committed rows are lost, the last opened first."""
        found = [each for each in self.standing if isinstance(each.frame.floor, Committed) and each.frame.floor.is_lost]
        for shared in reversed(found):
            self._finish_lost(shared, because)
        return found

    def _finish_lost(self, shared: Shared, because: str) -> None:
        self._tally.unwinds.append(Pair(str(shared), because, Reason.LOST))
        with suppress(Exception, pytest.fail.Exception, pytest.skip.Exception):
            shared.finish()

    def can_leave(self, shared: Shared) -> bool:
        """True if it stands and no block of others is open inside, as in the middle of a class of Django's TestCase."""
        aliases = tuple(connections) if shared.frame.floor else tuple(shared.frame.blocks)
        with self.unwatched():
            return shared.frame in self.placing.shared and all(self.placing.is_clear(alias) for alias in aliases)

    def take_failures(self) -> list[BaseException]:
        """What teardowns raised, once."""
        failures, self._failures = self._failures, []
        return failures

    def _finish_above(self, shared: Shared) -> None:
        for frame in self._stack.with_those_above([shared.frame]):
            if frame is not shared.frame and frame in self.placing.shared:
                self.finish(self.placing.shared[frame], str(shared), Reason.STOOD_ON)

    @contextmanager
    def _noting(self, whose: str) -> Iterator[None]:
        try:
            yield
        except (Exception, pytest.fail.Exception, pytest.skip.Exception) as error:
            error.add_note(f"This is the teardown of {whose}.")
            self._failures.append(error)

    def _settle(self, shared: Shared) -> None:
        """Its set-up is done: see whether its rows can stay."""
        try:
            with self.unwatched():
                for block in shared.frame.blocks.values():
                    block.settle()
                if shared.frame.floor:
                    shared.frame.floor.settle()
        except BaseException as error:
            error.add_note(f"This was found in the rows of the {shared}, when it had been set up.")
            shared.fail(error)
            raise

    def _end(self, shared: Shared) -> None:
        shared.end_teardown()
        self.handing.forget(shared)
        self._leave(shared)
        for host in shared.hosts:
            if not host.is_ending:
                self.finish(host, str(shared), Reason.STOOD_ON)

    def _leave(self, shared: Shared) -> None:
        with self.unwatched():
            self._stack.leave(shared.frame)
        self.placing.shared.pop(shared.frame, None)
        shared.touched.clear()

    def _admit(self, shared: Shared, alias: str) -> None:
        """Before the fixture's first query on the alias: find its rows a place."""
        with self.unwatched():
            if shared in self.placing.setting_up:
                building.ensure(shared.request, alias)
            self.placing.place(shared, alias)

    def _dismiss(self, above: Frame, leaving: Frame) -> None:
        self.finish(self.placing.shared[above], leaving.fixture, Reason.STOOD_ON)
