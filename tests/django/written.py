"""Drawn suites as files, and what has to come of their tests.

Each suite is a package of its own, so that many of them run in one process, over the same databases. What fixtures and
tests do stands in ``playing/play.py``.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from tests.django.drawn import (
    CLASSES,
    COMMITTING,
    DATABASES,
    PLAIN,
    ROOT,
    TEST_CASE,
    TRANSACTION_TEST_CASE,
    Drawn,
    Fixture,
    Test,
)


def files(suite: Drawn, name: str, *, exact: bool) -> Iterator[tuple[str, str]]:
    """The modules of the package *name*; *exact*: tests see the rows of fixtures that they ask for and no other."""
    yield "__init__.py", ""
    yield "conftest.py", _head() + "".join(_fixture(suite, each, name) for each in suite.fixtures if each.home == ROOT)
    yield "inner/__init__.py", ""
    for home in sorted({test.home for test in suite.tests}):
        own = [_fixture(suite, each, name) for each in suite.fixtures if each.home == home]
        tests = [_class(suite, each, name, exact) for each in _classes(suite, home)]
        yield f"{'inner/' * (home % 2)}test_{name}_{home}.py", _head() + "".join(own + tests)


def verdicts(suite: Drawn, name: str) -> set[tuple[str, str]]:
    """What has to come of each test."""
    return {("ERROR" if suite.fails(test) else "PASSED", f"test_{name}_{test.number}") for test in suite.tests}


def _head() -> str:
    return "import play\nimport pytest\nfrom django.test import TestCase, TransactionTestCase\n"


def _fixture(suite: Drawn, fixture: Fixture, package: str) -> str:
    options = [f'scope="{fixture.scope}"']
    options += ["autouse=True"] * fixture.autouse + ['params=["x", "y"]'] * fixture.params
    parents = [suite.fixtures[number].name for number in fixture.parents]
    given = [] if fixture.is_dynamic else parents
    asked = [f'request.getfixturevalue("{each}")' if fixture.is_dynamic else each for each in parents]
    call = f'("{package}_{fixture.name}", request, [{", ".join(asked)}], {fixture.aliases}'
    last = "last_of_test" if fixture.scope == "function" else "last"
    body = f"yield from play.{last}{call})" if fixture.lasts else f"return play.make{call}, fails={fixture.fails})"
    return f"""

@pytest.fixture({", ".join(options)})
def {fixture.name}({", ".join(["request", *given])}):
    {body}
"""


def _classes(suite: Drawn, home: int) -> list[list[Test]]:
    """The tests of a module, those of one class together."""
    found: dict[tuple[str, int, int], list[Test]] = {}
    for test in suite.tests:
        if test.home == home:
            kind = test.mode if test.mode in CLASSES else ""
            alone = 0 if kind or test.group else test.number
            found.setdefault((kind, test.group, alone), []).append(test)
    return list(found.values())


def _class(suite: Drawn, tests: Sequence[Test], package: str, exact: bool) -> str:
    """The text of tests that belong together."""
    first = tests[0]
    texts = [_text(suite, test, package, exact) for test in tests]
    if first.mode in CLASSES:
        aliases = sorted({alias for test in tests for alias in test.aliases})
        name = f"TestOf{first.number}"
        head = f"class {name}({first.mode}):\n    databases = {aliases}\n{ASKS}{DATA * _has_data(first)}"
        again = f"\n\nclass TestAgain{first.number}({name}):\n    pass\n" * (first.group == AGAIN)
    elif first.group:
        head, again = f"class TestGroup{first.group}:", ""
    else:
        return f"\n\n{texts[0]}"
    return f"\n\n{head}\n" + textwrap.indent("\n".join(texts), "    ") + again


ASKS = """
    @pytest.fixture(autouse=True)
    def _ask(self, request):
        self.request = request
"""

DATA = """
    @classmethod
    def setUpTestData(cls):
        play.Tag.objects.create(name="data")
"""
WITH_DATA, AGAIN = 1, 2
"""The groups whose classes have rows of their own, or a class that inherits their tests."""


def _has_data(test: Test) -> bool:
    return test.mode == TEST_CASE and test.group == WITH_DATA


def _text(suite: Drawn, test: Test, package: str, exact: bool) -> str:
    wants = [suite.fixtures[number].name for number in test.wants]
    names, values = f"test_{package}_{test.number}", ", ".join(wants)
    call = _call(suite, test, package, exact)
    if test.mode in CLASSES:
        asked = f"[self.request.getfixturevalue(name) for name in {wants}]"
        mark = f"@pytest.mark.usefixtures({', '.join(map(repr, wants))})\n" if wants else ""
        return f"{mark}def {names}(self):\n    play.test(self.request, {asked}, {call})\n"
    own = ["self"] * bool(test.group)
    if test.mode == PLAIN:
        return f"def {names}({', '.join([*own, *wants])}):\n    play.plain([{values}], what={test.what!r})\n"
    mark = f"@pytest.mark.django_db(databases={list(test.aliases)}, transaction={test.mode == COMMITTING})"
    return f"{mark}\ndef {names}({', '.join([*own, 'request', *wants])}):\n    play.test(request, [{values}], {call})\n"


def _call(suite: Drawn, test: Test, package: str, exact: bool) -> str:
    """What the test expects, as the last arguments of ``play.test``."""
    automatic = [suite.fixtures[number] for number in suite.closure(suite.automatic(test.home))]
    expected = {alias: [f"{package}_{each.name}" for each in automatic if alias in each.aliases] for alias in DATABASES}
    expected["default"] += ["data"] * _has_data(test)
    possible = _possible(suite, test, package, exact)
    late = [suite.fixtures[number].name for number in test.late]
    commits = test.mode in (COMMITTING, TRANSACTION_TEST_CASE)
    return (
        f"expected={expected}, possible={possible}, aliases={test.aliases}, what={test.what!r}, "
        f"late={late}, commits={commits}"
    )


def _possible(suite: Drawn, test: Test, package: str, exact: bool) -> list[str]:
    """Rows that a test may see or not: those of fixtures of its module or class that others have asked for."""
    asked = suite.closure((*test.wants, *suite.automatic(test.home)))
    found = [each for each in suite.fixtures if each.scope in ("class", "module") and not exact]
    others = [each for each in found if each.number not in asked]
    return [f"{package}_{each.name}{param}" for each in others for param in (["x", "y"] if each.params else [""])]
