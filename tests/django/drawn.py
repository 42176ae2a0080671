"""Suites as values: fixtures of all scopes, tests of all modes. How they are drawn; ``written`` makes files of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

SCOPES = ["function", "class", "module", "package", "session"]
PLAIN, SAVEPOINT, COMMITTING = "plain", "db", "transaction"
CLASSES = TEST_CASE, TRANSACTION_TEST_CASE = "TestCase", "TransactionTestCase"
MODES = [PLAIN, SAVEPOINT, SAVEPOINT, COMMITTING, COMMITTING, *CLASSES]
DATABASES = ("default", "other")
ROOT = -1
"""The home of the fixtures in conftest.py; other homes are modules."""


@dataclass(frozen=True, slots=True)
class Fixture:
    """One fixture, which makes a row in one or two databases."""

    number: int
    scope: str
    home: int
    parents: tuple[int, ...]
    is_dynamic: bool
    """It asks for its parents while it runs."""
    aliases: tuple[str, ...]
    lasts: bool
    autouse: bool
    params: bool
    fails: bool

    @property
    def name(self) -> str:
        return f"f{self.number}"


@dataclass(frozen=True, slots=True)
class Test:
    """One test, in a class or not."""

    __test__ = False

    number: int
    home: int
    mode: str
    group: int
    wants: tuple[int, ...]
    late: tuple[int, ...]
    aliases: tuple[str, ...]
    what: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A package: its conftest.py, its modules, their fixtures and tests."""

    fixtures: tuple[Fixture, ...]
    tests: tuple[Test, ...]

    def closure(self, numbers: Sequence[int]) -> frozenset[int]:
        """The fixtures that come with these."""
        parents = [self.closure(self.fixtures[number].parents) for number in numbers]
        return frozenset(numbers).union(*parents)

    def automatic(self, home: int) -> tuple[int, ...]:
        """The fixtures that the tests of a module get unasked."""
        return tuple(each.number for each in self.fixtures if each.autouse and each.home in (ROOT, home))

    def fails(self, test: Test) -> bool:
        """Whether the test gets nowhere."""
        needed = self.closure((*test.wants, *self.automatic(test.home)))
        return any(self.fixtures[number].fails for number in needed)


@st.composite
def fixtures(draw: DrawFn, modules: int) -> tuple[Fixture, ...]:
    """Some fixtures; each may stand on earlier ones of no narrower scope."""
    found: list[Fixture] = []
    for number in range(draw(st.integers(1, 6))):
        scope, home = draw(st.sampled_from(SCOPES)), draw(st.integers(ROOT, modules - 1))
        wide = scope != "function"
        near = [each.number for each in found if _may_use(scope, home, each)]
        parents = draw(st.lists(st.sampled_from(near), unique=True, max_size=2)) if near else []
        needed = [found[each] for each in Drawn(tuple(found), ()).closure(parents)]
        simple = not any(each.params or each.fails for each in needed)
        kinds = ["", "", "", "params", "fails", *["autouse"] * wide]
        kind = draw(st.sampled_from(kinds)) if simple else ""
        found.append(
            Fixture(
                number,
                scope,
                home,
                tuple(parents),
                not any(each.params for each in needed) and draw(st.booleans()),
                draw(st.sampled_from([("default",), DATABASES])),
                lasts=kind != "fails" and draw(st.booleans()),
                autouse=kind == "autouse",
                params=kind == "params",
                fails=kind == "fails",
            )
        )
    return tuple(found)


def _may_use(scope: str, home: int, other: Fixture) -> bool:
    return SCOPES.index(other.scope) >= SCOPES.index(scope) and other.home in (ROOT, home)


@st.composite
def drawn(draw: DrawFn) -> Drawn:
    """A package."""
    modules = draw(st.integers(1, 3))
    suite = Drawn(draw(fixtures(modules)), ())
    tests = [draw(_test(number, suite, modules)) for number in range(draw(st.integers(2, 8)))]
    return Drawn(suite.fixtures, tuple(tests))


@st.composite
def _test(draw: DrawFn, number: int, suite: Drawn, modules: int) -> Test:
    home = draw(st.integers(0, modules - 1))
    mode = draw(st.sampled_from(MODES))
    aliases = draw(st.sampled_from([("default",), DATABASES]))
    near = [each.number for each in suite.fixtures if each.home in (ROOT, home)]
    wanted = [each for each in near if _fits(suite, mode, each)]
    wants = draw(st.lists(st.sampled_from(wanted), unique=True, max_size=3)) if wanted else []
    asked = suite.closure((*wants, *suite.automatic(home)))
    if any(_binds(suite.fixtures[each], mode) for each in asked):
        aliases = DATABASES
    candidates = [each for each in wanted if mode != PLAIN and each not in asked]
    possible = [each for each in candidates if _may_be_late(suite, each, aliases)]
    late = draw(st.lists(st.sampled_from(possible), unique=True, max_size=1)) if possible else []
    return Test(
        number,
        home,
        mode,
        draw(st.integers(0, 2)),
        tuple(wants),
        tuple(late),
        aliases,
        draw(st.sampled_from(["nothing", "create"] if late else ["nothing", "create", "delete", "change"])),
    )


def _binds(fixture: Fixture, mode: str) -> bool:
    """Whether a test that is given the fixture has to name both databases."""
    return len(fixture.aliases) > 1 and (mode in CLASSES or fixture.scope == "function")


def _fits(suite: Drawn, mode: str, number: int) -> bool:
    """What tests may ask for.

    Fixtures of a test need its database. pytest gives no parameters to classes of unittest.
    """
    needed = [suite.fixtures[each] for each in suite.closure([number])]
    if mode == PLAIN and any(each.scope == "function" for each in needed):
        return False
    return mode not in CLASSES or not any(each.params for each in needed)


def _may_be_late(suite: Drawn, number: int, aliases: Sequence[str]) -> bool:
    """Whether a test may ask for it while it runs: by then Django guards the other databases."""
    needed = [suite.fixtures[each] for each in suite.closure([number])]
    return not any(each.params or each.fails or not set(each.aliases) <= set(aliases) for each in needed)
