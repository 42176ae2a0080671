"""Which tests are rewound when: reads the ``rewind`` mark and puts our fixture first. Called once, after collection."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from statusquo.core import graph

REWINDS = {scope: f"_statusquo_rewind_{scope}" for scope in ("function", "class", "module")}


def prepare(users: Sequence[pytest.Item]) -> None:
    """Give each test the fixture that rewinds after its test, class or module. Raises UsageError.

    It comes first, so it is torn down last in its scope: after the fixtures of that scope, before those of wider ones.
    """
    for item in users:
        fixture = REWINDS[_scope(item)]
        names: list[str] = getattr(item, "fixturenames")  # noqa: B009 - not every kind of item has it; these do
        if fixture not in names:
            names.insert(0, fixture)


def is_prepared(item: pytest.Item) -> bool:
    """True when something rewinds the stack after this test, its class or its module."""
    return not set(REWINDS.values()).isdisjoint(getattr(item, "fixturenames", ()))


def _scope(item: pytest.Item) -> str:
    mark = item.get_closest_marker("rewind")
    if mark is None:
        return "function"
    if len(mark.args) == 1 and not mark.kwargs and mark.args[0] in REWINDS:
        return str(mark.args[0])
    said = ", ".join([*map(repr, mark.args), *(f"{name}={value!r}" for name, value in mark.kwargs.items())])
    guess = graph.did_you_mean(str(mark.args[0]), REWINDS) if mark.args else graph.did_you_mean("", REWINDS)
    raise pytest.UsageError(f"{item.nodeid}: @pytest.mark.rewind({said}) takes one scope. {guess}")
