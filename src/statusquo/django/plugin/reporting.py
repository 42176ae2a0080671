"""The hooks of ``--db-report``: what a test did goes with its report, to the controller of xdist if there is one."""

from __future__ import annotations

import json
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from statusquo.core.baseline import Rewound
from statusquo.django import report
from statusquo.django.frames.tally import Pair, Tally
from statusquo.django.order import Mode
from statusquo.django.plugin import modes, pytest_private, restoring
from statusquo.django.plugin.framing import TALLY
from statusquo.django.watch import Watch

SETUP = "django_db_setup"
_FACTS = "statusquo_django"
"""The attribute of a test's last report that carries its facts from a worker to the controller."""


class Reporting:
    """Watches the tests of one process, and gathers what all processes saw."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._tally = config.stash.setdefault(TALLY, Tally())
        self._watch = Watch()
        self._standing = self._watch.standing()
        self._rewinds: list[report.Rewind] = []
        self._making = 0.0
        self._marks = (0, 0, 0, 0, 0)
        self._mode = Mode.NONE
        self._durations: dict[str, list[float]] = {}
        self._facts: list[report.Facts] = []

    def pytest_sessionstart(self) -> None:
        """Begin to watch; the restorer tells of each rewind."""
        self._standing.__enter__()
        restoring.of(self._config).listeners.append(self._rewound)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None, object, object]:
        """That databases are made is no test's doing, and not its time."""
        if fixturedef.argname != SETUP:
            return (yield)
        started = time.perf_counter()
        with self._watch.looking_away():
            made = yield
        self._making = time.perf_counter() - started
        return made

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        """Before all that happens for a test."""
        self._watch.restart()
        self._rewinds.clear()
        self._making = 0.0
        self._marks = self._counts()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        """What is done from here is cleaning up."""
        self._watch.stop()
        self._mode = modes.of(item, also=pytest_private.resolved(item))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Put the facts on the last report of a test: xdist carries it to the controller as it is."""
        made = yield
        if call.when == "teardown":
            setattr(made, _FACTS, self._facts_of(item).as_value())
        return made

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Gather, in this process or from a worker."""
        durations = self._durations.setdefault(report.nodeid, [])
        durations.append(report.duration)
        if value := getattr(report, _FACTS, None):
            self._add(value, *durations)
            del self._durations[report.nodeid]

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Write the report for programs; look no more."""
        self._standing.__exit__(None, None, None)
        path = self._config.getoption("db_report_json")
        if path and not hasattr(self._config, "workerinput"):
            Path(path).write_text(json.dumps(report.as_value(self._facts), indent=2) + "\n", encoding="utf-8")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the report for people."""
        if self._config.getoption("db_report") and self._facts:
            terminalreporter.write_sep("-", "databases of Django's tests (statusquo)")
            terminalreporter.write_line("\n".join(report.lines(self._facts)))

    def _add(self, value: dict[str, Any], *durations: float) -> None:
        first, *middle, last = durations if len(durations) > 1 else (*durations, 0.0)
        overhead = max(first + last - value["making"], 0.0)
        self._facts.append(report.Facts.from_value({**value, "overhead": overhead, "seconds": sum(middle)}))

    def _facts_of(self, item: pytest.Item) -> report.Facts:
        opened, committed, unwound, demoted, noted = self._marks
        tally = self._tally
        return report.Facts(
            item.nodeid,
            self._mode.name.lower(),
            tables=tuple(sorted(self._watch.tables)),
            rewinds=tuple(self._rewinds),
            frames=tally.opened - opened,
            layers=tally.committed - committed,
            unwinds=tuple(map(_plain, tally.unwinds[unwound:])),
            demotions=tuple(map(_plain, tally.demotions[demoted:])),
            notes=tuple(tally.notes[noted:]),
            making=self._making,
            has_committed=self._watch.has_committed,
            has_second=self._watch.has_second,
            has_failed=self._watch.has_failed,
            is_bound=modes.is_bound(item),
        )

    def _counts(self) -> tuple[int, int, int, int, int]:
        tally = self._tally
        return tally.opened, tally.committed, len(tally.unwinds), len(tally.demotions), len(tally.notes)

    def _rewound(self, done: tuple[Rewound, ...]) -> None:
        for each in done:
            touched = {part.name: part.items for part in each.touched}
            self._rewinds.append(report.Rewind(each.store, each.seconds, touched, each.notes))


def _plain(pair: Pair) -> Pair:
    """Without types that the wire to the controller does not know."""
    return Pair(pair.fixture, pair.because, str(pair.reason))  # type: ignore[arg-type]
