"""Where the rows of a shared fixture go when it first touches an alias. ``lifetimes`` asks.

A frame of its own on top, a floor of committed rows if a test that commits needs them, or, where neither can be, what
the test or another fixture has open: then it lives as long as that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import connections

from statusquo.django.frames import blocks
from statusquo.django.frames.blocks import AtomicBlock
from statusquo.django.frames.stack import Frame, Place, Stack
from statusquo.django.frames.tally import Pair, Reason, Tally
from statusquo.django.plugin import pytest_private, tests
from statusquo.django.plugin.shared import Shared
from statusquo.django.restore.restorer import Layer, Restorer

Finish = Callable[[Shared, str, Reason], None]


@dataclass(slots=True)
class Committed:
    """The rows of a fixture as a layer of the restorer."""

    restorer: Restorer
    layer: Layer | None = None

    def settle(self) -> None:
        """Have tests that commit put back to what is there now."""
        self.layer = self.restorer.capture()

    @property
    def is_lost(self) -> bool:
        """True if the restorer had to go back past it."""
        return self.layer is not None and self.layer not in self.restorer.layers

    def close(self) -> None:
        """Put back what was there before the fixture."""
        if self.is_lost:
            return
        if self.layer:
            self.restorer.drop(self.layer)
        else:
            self.restorer.rewind()


@dataclass(slots=True)
class Placing:
    """Knows all that stand; *finish* ends a fixture early."""

    stack: Stack
    tally: Tally
    restorer: Callable[[], Restorer]
    finish: Finish
    committing: tests.Committing = field(default_factory=tests.Committing)
    shared: dict[Frame, Shared] = field(default_factory=dict)
    setting_up: list[Shared] = field(default_factory=list)

    def place(self, shared: Shared, alias: str) -> None:
        """Find its rows on the alias a place."""
        if shared.frame.floor:
            self.restorer().be_ready()
        elif host := self._host(shared, alias):
            self._join(shared, host)
        elif not self.is_clear(alias) or self._is_in_committing(shared):
            self._demote(shared, alias)
        elif not (self._should_commit(shared) and self._make_floor(shared)):
            self._make_frame(shared, alias)

    def is_clear(self, alias: str) -> bool:
        """True if nobody but frames has a block open on the alias."""
        top = self.stack.top(alias)
        return top.blocks[alias].is_innermost() if top else blocks.is_free(alias)

    def _is_in_committing(self, shared: Shared) -> bool:
        """True if a test that commits may have written already: what *shared* makes goes with what the test made."""
        item = pytest_private.item_of(shared.request)
        return tests.commits(item) and (tests.is_running(item) or pytest_private.may_write(shared.request))

    def _should_commit(self, shared: Shared) -> bool:
        """True if a test that commits needs its rows, and no transaction but those of frames is open anywhere."""
        is_needed = shared in self.setting_up and self.committing.need(shared.definition, shared.request)
        return is_needed and all(self.is_clear(alias) for alias in connections)

    def _host(self, shared: Shared, alias: str) -> Shared | None:
        """The fixture in the middle of whose set-up it comes, if that has used the database already."""
        return next((o for o in self.setting_up if o is not shared and (alias in o.touched or o.frame.floor)), None)

    def _make_frame(self, shared: Shared, alias: str) -> None:
        """Open a frame, below which is nothing narrower if that can be had."""
        self._clear_way(self.stack.plan(shared.frame, alias, is_held=self._held_by(shared)), shared)
        self._open(shared, alias)

    def _open(self, shared: Shared, alias: str) -> None:
        self.stack.push(shared.frame, alias, AtomicBlock.open(alias))
        self.shared[shared.frame] = shared
        self.tally.opened += shared.is_shared

    def _make_floor(self, shared: Shared) -> bool:
        """Let its rows be committed, unless something stands in the way that cannot leave now."""
        bare = self.stack.plan_bare(is_held=self._held_by(shared))
        if bare.held:
            return False
        self._unwind(bare, shared)
        self._clear_way(self.stack.plan_floor(shared.frame, is_held=self._held_by(shared)), shared)
        restorer = self.restorer()
        restorer.be_ready()
        self.stack.push_floor(shared.frame, Committed(restorer))
        self.shared[shared.frame] = shared
        self.tally.committed += 1
        return True

    def _clear_way(self, place: Place, shared: Shared) -> None:
        """Have those leave that have to; if one cannot, *shared* will leave with it."""
        self._unwind(place, shared)
        if place.held:
            self.tally.demotions.append(Pair(str(shared), place.held.fixture, Reason.HELD))

    def _unwind(self, place: Place, shared: Shared) -> None:
        for frame in place.leaving:
            is_narrower = frame.depth > shared.frame.depth
            self.finish(self.shared[frame], str(shared), Reason.LATE if is_narrower else Reason.STOOD_ON)

    def _demote(self, shared: Shared, alias: str) -> None:
        """Leave its rows to what the test has open, and finish it with the test.

        The block of a class outlives the test: there it gets a frame of its own.
        """
        item = pytest_private.item_of(shared.request)
        if shared.is_shared:
            self.tally.demotions.append(Pair(str(shared), item.nodeid, Reason.IN_TEST))
            item.addfinalizer(shared.finish)
        if tests.is_running(item):
            tests.before_it_is_undone(item, shared.finish)
        elif tests.is_in_class(item):
            self._open(shared, alias)

    def _join(self, shared: Shared, host: Shared) -> None:
        """Leave its rows to the frame of the fixture that asked for it: they end together."""
        if shared.is_shared:
            self.tally.demotions.append(Pair(str(shared), str(host), Reason.IN_FIXTURE))
        host.definition.addfinalizer(shared.finish)
        shared.hosts.append(host)

    def _held_by(self, newcomer: Shared) -> Callable[[Frame], bool]:
        """What tells a frame that cannot leave: the test has its value, or it is being set up."""

        def is_held(frame: Frame) -> bool:
            shared = self.shared[frame]
            return shared in self.setting_up or pytest_private.is_resolved(shared.definition, newcomer.request)

        return is_held
