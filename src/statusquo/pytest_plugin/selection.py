"""Which tests have the stack, and when each is rewound: by mark and by our fixture. ``plugin`` calls it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from statusquo.core import graph

REWINDS = {scope: f"_statusquo_rewind_{scope}" for scope in ("function", "class", "module")}


def mark(users: Sequence[pytest.Item], config: pytest.Config) -> None:
    """Mark those who use the stack, for ``-m``, and keep a variant on one worker of pytest-xdist (``loadgroup``)."""
    for item in users:
        item.add_marker("integration")
        variant = item.get_closest_marker("variant")
        if variant and variant.args and config.pluginmanager.has_plugin("xdist"):
            item.add_marker(pytest.mark.xdist_group(f"variant-{variant.args[0]}"))


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


@contextmanager
def refusing(session: pytest.Session) -> Iterator[None]:
    """Within, a UsageError ends a worker of pytest-xdist as an error of the collection: it could only die of it."""
    try:
        yield
    except pytest.UsageError as error:
        if not hasattr(session.config, "workeroutput"):
            raise
        session.items.clear()
        report = pytest.CollectReport(session.nodeid, "failed", str(error), [])
        session.config.hook.pytest_collectreport(report=report)


def together(item: pytest.Item) -> str:
    """The class or module at whose end a test is put back; empty if that is its own end. Raises UsageError."""
    kinds: dict[str, type[pytest.Collector]] = {"class": pytest.Class, "module": pytest.Module}
    node = item.getparent(kinds[scope]) if (scope := _scope(item)) in kinds else None
    return node.nodeid if node else ""


def _scope(item: pytest.Item) -> str:
    mark = item.get_closest_marker("rewind")
    if mark is None:
        return "function"
    if len(mark.args) == 1 and not mark.kwargs and mark.args[0] in REWINDS:
        return str(mark.args[0])
    said = ", ".join([*map(repr, mark.args), *(f"{name}={value!r}" for name, value in mark.kwargs.items())])
    guess = graph.did_you_mean(str(mark.args[0]), REWINDS) if mark.args else graph.did_you_mean("", REWINDS)
    raise pytest.UsageError(f"{item.nodeid}: @pytest.mark.rewind({said}) takes one scope. {guess}")
