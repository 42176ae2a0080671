"""A fixture lives exactly as long as its rows, whatever is opened and finished in whatever order."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from statusquo.django.frames.stack import Frame, Loss, Stack

ALIASES = ("default", "other")


@dataclass(eq=False)
class Savepoint:
    """A block of a database that is a list of savepoints, each with the fixture whose rows it holds."""

    database: list[Savepoint]
    fixture: str

    def settle(self) -> None:
        pass

    def is_innermost(self) -> bool:
        return self.database[-1] is self

    def loss(self) -> Loss | None:
        return None

    def close(self) -> None:
        if self in self.database:
            del self.database[self.database.index(self) :]


@dataclass(eq=False)
class Committed:
    """A floor of a database that has layers."""

    layers: list[str]
    fixture: str

    def settle(self) -> None:
        pass

    def close(self) -> None:
        del self.layers[self.layers.index(self.fixture) :]


@dataclass
class World:
    databases: dict[str, list[Savepoint]] = field(default_factory=lambda: {alias: [] for alias in ALIASES})
    layers: list[str] = field(default_factory=list)

    def rows(self, alias: str) -> list[str]:
        return [savepoint.fixture for savepoint in self.databases[alias]]


class Lifetimes(RuleBasedStateMachine):
    """What ``plugin.lifetimes`` does with the stack, without pytest and without a database."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.stack = Stack(lambda above, _leaving: above.finish())
        self.alive: dict[str, Frame] = {}
        self.held: set[str] = set()
        self.count = 0

    @rule(depth=st.integers(0, 3), aliases=st.lists(st.sampled_from(ALIASES), min_size=1, unique=True))
    def set_up(self, depth: int, aliases: list[str]) -> None:
        self.touch(self.make(depth), aliases)

    @rule(depth=st.integers(0, 3))
    def set_up_with_committed_rows(self, depth: int) -> None:
        frame = self.make(depth)
        bare = self.stack.plan_bare(is_held=self.is_held)
        if bare.held:
            return
        for other in bare.leaving:
            other.finish()
        place = self.stack.plan_floor(frame, is_held=self.is_held)
        for other in place.leaving:
            other.finish()
        assert not any(self.world.databases.values())
        self.world.layers.append(frame.fixture)
        self.stack.push_floor(frame, Committed(self.world.layers, frame.fixture))
        self.alive[frame.fixture] = frame

    @precondition(lambda self: self.alive)
    @rule(data=st.data())
    def a_test_holds(self, data: st.DataObject) -> None:
        self.held.add(data.draw(st.sampled_from(sorted(self.alive))))

    @rule()
    def the_test_ends(self) -> None:
        self.held.clear()

    @precondition(lambda self: self.alive)
    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        self.alive[data.draw(st.sampled_from(sorted(self.alive)))].finish()

    @precondition(lambda self: self.alive)
    @rule(data=st.data(), alias=st.sampled_from(ALIASES))
    def touch_another(self, data: st.DataObject, alias: str) -> None:
        frame = self.alive[data.draw(st.sampled_from(sorted(self.alive)))]
        if not frame.floor and alias not in frame.blocks:
            self.held.add(frame.fixture)
            self.touch(frame, [alias])

    def make(self, depth: int) -> Frame:
        self.count += 1
        name = f"f{self.count:03}"

        def end() -> None:
            self.stack.leave(frame)
            self.alive.pop(name, None)
            self.held.discard(name)

        frame = Frame(name, depth, end)
        return frame

    def touch(self, frame: Frame, aliases: list[str]) -> None:
        for alias in aliases:
            place = self.stack.plan(frame, alias, is_held=self.is_held)
            assert not (place.held and place.leaving)
            assert not any(self.is_held(other) for other in place.leaving)
            for other in place.leaving:
                other.finish()
            savepoint = Savepoint(self.world.databases[alias], frame.fixture)
            self.world.databases[alias].append(savepoint)
            self.stack.push(frame, alias, savepoint)
            self.alive[frame.fixture] = frame
            if not place.held:
                assert not [each for each in self.below(frame, alias) if each.depth > frame.depth]

    def below(self, frame: Frame, alias: str) -> list[Frame]:
        rows = self.world.rows(alias)
        floors = [each for each in self.alive.values() if each.floor]
        return [*floors, *(self.alive[name] for name in rows[: rows.index(frame.fixture)])]

    def is_held(self, frame: Frame) -> bool:
        return frame.fixture in self.held

    @invariant()
    def values_and_rows_live_equally_long(self) -> None:
        for alias in ALIASES:
            assert {*self.world.rows(alias)} == {name for name, each in self.alive.items() if alias in each.blocks}
        assert {*self.world.layers} == {name for name, each in self.alive.items() if each.floor}

    @invariant()
    def nothing_stands_but_what_is_alive(self) -> None:
        assert {frame.fixture for frame in self.stack.standing} == {*self.alive}


TestLifetimes = Lifetimes.TestCase


def test_nothing_stands_at_first() -> None:
    stack = Stack(lambda above, _leaving: above.finish())
    assert (stack.standing, stack.aliases, stack.top("default")) == ((), (), None)


def test_what_never_stood_leaves_unnoticed() -> None:
    stack = Stack(lambda above, _leaving: above.finish())
    stack.leave(Frame("module fixture", 1, lambda: None))
    assert stack.standing == ()


def test_rows_that_are_lost_are_given_up_top_first() -> None:
    stack = Stack(lambda above, _leaving: above.finish())
    database: list[Savepoint] = []
    frames = [Frame(name, 0, lambda: None) for name in ("below", "above")]
    for frame in frames:
        database.append(Savepoint(database, frame.fixture))
        stack.push(frame, "default", database[-1])
    assert stack.abandon("default") == (frames[1], frames[0])
    assert (database, stack.aliases) == ([], ())
