"""The hooks of ``--verify-isolation``: a random order, and a look at all rows after each test."""

from __future__ import annotations

import secrets
from collections.abc import Generator
from typing import Any

import pytest

from statusquo.django.isolation import Isolation, Leak
from statusquo.django.plugin import building, guarding, pytest_private, restoring
from statusquo.django.plugin.reporting import SETUP

SEED = "isolation_seed"


class Isolating:
    """Verifies the tests of one process."""

    def __init__(self, config: pytest.Config) -> None:
        if not config.getoption(SEED):
            setattr(config.option, SEED, secrets.randbelow(10**6) + 1)  # workers of xdist get the controller's options
        self._seed = config.getoption(SEED)
        self._config = config
        self._blocker = pytest_private.blocker(config)
        self._isolation = Isolation(config.stash[guarding.GUARD], lambda: restoring.of(config).layers)
        self._first = ""
        self._running = ""

    def pytest_report_header(self) -> str:
        """Say which order this is."""
        return f"statusquo: isolation is verified in a random order: --isolation-seed={self._seed}"

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None, object, object]:
        """What the databases hold when they have been made is what they should hold."""
        made = yield
        if fixturedef.argname == SETUP:
            with self._blocker.unblock():
                self._isolation.remember()
            fixturedef.addfinalizer(self._check_last)
        if fixturedef.argname == building.LATE:
            fixturedef.addfinalizer(self._isolation.close)
        return made

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, object, object]:
        """After the test and all that puts its databases back."""
        self._running = item.nodeid
        ended = yield
        self._check()
        return ended

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
        """Show a leak as what it is, without our own lines."""
        report = yield
        if call.excinfo and isinstance(call.excinfo.value, Leak):
            report.longrepr = str(call.excinfo.value)
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the first one that leaks, in this process or a worker's."""
        if report.failed and report.when == "teardown" and f"{report.nodeid} leaks:" in report.longreprtext:
            self._first = self._first or report.nodeid

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Name it."""
        found = f"the first test that leaks is {self._first}" if self._first else "no test leaks"
        terminalreporter.write_line(f"statusquo: {found} (--isolation-seed={self._seed})")

    def _check_last(self) -> None:
        """Check the last test before the databases go, which they do within its teardown."""
        try:
            restoring.of(self._config).settle()
            self._check()
        finally:
            self._isolation.close()

    def _check(self) -> None:
        with self._blocker.unblock():
            self._isolation.check(self._running)
