"""The hooks of a run that needs the stack; registered by ``plugin.activate``. Each hands over to ``session``."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest

from statusquo.pytest_plugin.session import StackSession

if TYPE_CHECKING:
    from _pytest.fixtures import SubRequest


class Hooks:
    """What pytest calls around tests and shared fixtures."""

    def __init__(self, session: StackSession) -> None:
        self._session = session

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Before any fixture of the test."""
        self._session.begin(item)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None]:
        """Around the test itself."""
        yield
        self._session.survived(item)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None]:
        """Around the end of a test and of all that ends with it."""
        with self._session.ending(item):
            yield

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[object], request: SubRequest
    ) -> Generator[None, object, object]:
        """Around the set-up of every fixture."""
        with self._session.setting_up(fixturedef, request):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """When a phase of a test is over."""
        report = yield
        if report.failed and call.when != "teardown":
            report.sections.extend(self._session.evidence())
        if end := self._session.end:
            item.session.shouldstop = end.what
        return report

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None]:
        """After pytest tore down what an interrupted run left standing, and before the terminal's summary."""
        try:
            yield
        finally:
            wrong = self._session.stop()
            if end := self._session.end:
                session.exitstatus = end.exit_code
            elif wrong and session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = wrong.exit_code
