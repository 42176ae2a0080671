"""The laws of a store as a Hypothesis state machine. Who writes a store puts it through with one call of ``check``.

    class Harness: ...                                # four methods around the store, see below
    def test_the_store_keeps_the_laws() -> None:
        contract.check(Harness(), writes)             # writes: a Hypothesis strategy of what Harness.apply takes

Checked are the laws 1 to 4 of ``core.protocols.Store`` and those of ``Portable`` where the store has its methods.
That cost follows what was touched (5) and that connections stay (6) is each store's own to test: in round trips
and items read, not in seconds. One file, somewhat long: who has broken a law reads it from top to bottom.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from statusquo.core import diff
from statusquo.core.baseline import Baseline
from statusquo.core.diff import Change, Kind
from statusquo.core.errors import StaleBaseline
from statusquo.core.protocols import Portable, Store

Write = TypeVar("Write")
Write_contra = TypeVar("Write_contra", contravariant=True)

Digest = Mapping[tuple[str, str], str | int]
"""For every item, by the group and item that a ``Change`` would name: a text that differs when the item does.

Of items that cannot be told apart, as equal rows of a table without a key: how many there are.
"""

SMALL = settings(
    max_examples=30,
    stateful_step_count=20,
    deadline=None,
    derandomize=False,
    report_multiple_bugs=False,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
"""The default: some seconds for a store on a local server."""


class Harness(Protocol[Write_contra]):
    """A store under test and the place it looks after."""

    def fresh(self) -> None:
        """Put the place into the state that every example starts from, past any store; no store is open."""

    def open(self) -> Store:
        """A new store object on the place as it is, as another process would open it; the suite closes it."""

    def apply(self, write: Write_contra) -> None:
        """Change the place as the system under test would; return when the change can be seen."""

    def digest(self) -> Digest:
        """What the place holds, read past the store: the witness that the store is judged by."""


class LawBroken(AssertionError):
    """A store does not keep a law; the message says which one, and shows on what."""


def check(harness: Harness[Write], writes: st.SearchStrategy[Write], settings: settings = SMALL) -> None:
    """Put the store of *harness* through random writes, captures, rewinds and diffs. Raises LawBroken."""
    run_state_machine_as_test(lambda: Laws(harness, writes), settings=settings)  # type: ignore[arg-type]  # a factory will do


SOME_WRITES = st.runner().flatmap(lambda machine: st.lists(machine.writes, max_size=5))
WHICH = st.integers(min_value=0, max_value=5)


class Laws(RuleBasedStateMachine):
    """Random use of one store, compared with the witness after each step."""

    def __init__(self, harness: Harness[Write], writes: st.SearchStrategy[Write]) -> None:
        super().__init__()
        self.harness: Harness[Write] = harness
        self.writes = writes
        self.alive: list[tuple[Baseline, Digest]] = []
        self.dropped: list[Baseline] = []
        self.close: Callable[[], None] = lambda: None

    @initialize(first=SOME_WRITES)
    def begin(self, first: list[object]) -> None:
        """The outermost baseline has something in it."""
        self.harness.fresh()
        self.write(first)
        self._open()
        self.capture()

    @rule(some=SOME_WRITES)
    def write(self, some: list[object]) -> None:
        """The system under test does something."""
        for write in some:
            self.harness.apply(write)  # type: ignore[arg-type]  # drawn from the harness's own strategy

    @rule()
    def capture(self) -> None:
        """A capture nests in those that exist, and only reads."""
        before = self.harness.digest()
        baseline = self.store.capture()
        _same("capture only reads", before, self.harness.digest())
        _hold("baselines nest: depth counts those around it", baseline.depth == len(self.alive))
        self.alive.append((baseline, before))

    @rule(which=WHICH)
    def rewind(self, which: int) -> None:
        """Laws 1 and 2: all is back, and then there is nothing to do."""
        index = which % len(self.alive)
        baseline, then = self.alive[index]
        was = self.harness.digest()
        first = self.store.rewind(baseline)
        self.dropped += [inner for inner, _ in self.alive[index + 1 :]]
        del self.alive[index + 1 :]
        _same("law 1: after a rewind the store is as it was captured", then, self.harness.digest())
        _hold("law 1: a rewind that changed something says so", was == then or not first.is_clean, str(first))
        found = self.store.diff(baseline)
        _hold("law 1: after a rewind the diff is empty", found.is_empty, str(found))
        second = self.store.rewind(baseline)
        _hold("law 2: a second rewind touches nothing", second.is_clean, str(second))
        _same("law 2: a second rewind changes nothing", then, self.harness.digest())

    @rule(which=WHICH)
    def diff(self, which: int) -> None:
        """Law 3: diff only reads, and names what the witness names."""
        baseline, then = self.alive[which % len(self.alive)]
        now = self.harness.digest()
        found = self.store.diff(baseline)
        _same("law 3: diff only reads", now, self.harness.digest())
        expected = _changed(then, now)
        named = Counter((change.group, change.item, change.kind) for change in found.changes)
        wrong = expected - named if not found.omitted else Counter()
        _hold("law 3: diff names all that changed", not wrong, str(sorted(wrong)))
        _hold("law 3: diff names nothing else", named <= expected, str(sorted(named - expected)))
        _hold("law 3: what is omitted is counted", expected.total() == named.total() + found.omitted, str(found))
        for change in found.changes:
            _hold("law 3: a change shows what there was and what there is", _is_shown(change), str(change))

    @precondition(lambda self: self.dropped)
    @rule(which=WHICH)
    def use_a_dropped_baseline(self, which: int) -> None:
        """Law 4: what was dropped is refused."""
        baseline, before = self.dropped[which % len(self.dropped)], self.harness.digest()
        for use in (self.store.diff, self.store.rewind):
            try:
                use(baseline)
            except StaleBaseline:
                continue
            raise LawBroken("law 4: a dropped baseline is a StaleBaseline error")
        _same("law 4: a dropped baseline changes nothing", before, self.harness.digest())

    @precondition(lambda self: isinstance(self.store, Portable))
    @rule(which=WHICH, emptied=st.booleans(), some=SOME_WRITES)
    def save_and_resume(self, which: int, emptied: bool, some: list[object]) -> None:
        """A saved baseline outlives its store, whatever happened to the place in between."""
        baseline, then = self.alive[which % len(self.alive)]
        with tempfile.TemporaryDirectory() as folder:
            before = self.harness.digest()
            self._portable().save(baseline, Path(folder))
            _same("saving only reads", before, self.harness.digest())
            self.close()
            if emptied:
                self.harness.fresh()
            self.write(some)
            self._open()
            before = self.harness.digest()
            resumed = self._portable().resume(Path(folder))
            _same("resuming only reads", before, self.harness.digest())
        self.dropped, self.alive = [], [(resumed, then)]
        self.rewind(0)

    def teardown(self) -> None:
        """Nothing stays open, also after a broken law."""
        self.close()

    def _open(self) -> None:
        self.store = self.harness.open()
        self.close = self.store.close

    def _portable(self) -> Portable:
        if isinstance(self.store, Portable):
            return self.store
        raise LawBroken("a store object is portable when another one of its kind is")


def _changed(before: Digest, after: Digest) -> Counter[tuple[str, str, Kind]]:
    changed: Counter[tuple[str, str, Kind]] = Counter()
    for group, item in {*before, *after}:
        then, now = before.get((group, item)), after.get((group, item))
        if isinstance(then, int) or isinstance(now, int):
            more = int(now or 0) - int(then or 0)
            changed[group, item, "inserted" if more > 0 else "deleted"] += abs(more)
        elif then != now:
            changed[group, item, "inserted" if then is None else "deleted" if now is None else "updated"] += 1
    return +changed


def _is_shown(change: Change) -> bool:
    match change.kind:
        case "inserted":
            return change.before is None and change.after is not None
        case "deleted":
            return change.before is not None and change.after is None
    return bool(change.before and change.after and diff.compare_images(change.before, change.after))


def _hold(law: str, holds: bool, shown: str = "") -> None:
    if not holds:
        raise LawBroken(f"{law}: {shown}" if shown else law)


def _same(law: str, expected: Digest, found: Digest) -> None:
    differing = sorted(item for item in {*expected, *found} if expected.get(item) != found.get(item))
    lines = (f"{item}: expected {expected.get(item)}, found {found.get(item)}" for item in differing)
    _hold(law, not differing, "\n    ".join(("", *lines)))
