"""The hooks that put databases back: before the first test that may commit, and once after each such test."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from django.test import TransactionTestCase

from statusquo.django.order import Mode
from statusquo.django.plugin import asking, modes, pytest_private
from statusquo.django.plugin.whose import is_own
from statusquo.django.restore import transactions
from statusquo.django.restore.databases import Databases
from statusquo.django.restore.restorer import Restorer

if TYPE_CHECKING:
    from _pytest.fixtures import SubRequest

RESTORER = pytest.StashKey[Restorer]()
"""The one restorer of the process."""

SETUP = "django_db_setup"
MAKING = "statusquo-django-making"
NOTES = "statusquo_django_notes"
"""Where a worker of xdist has the notes for its controller."""
COMMITTING = frozenset({"transactional_db", "live_server", "django_db_reset_sequences"})
"""The fixtures of pytest-django under which a test commits."""
WATCHED = COMMITTING | {asking.HELPER}


def of(config: pytest.Config) -> Restorer:
    """The restorer of this run."""
    return config.stash[RESTORER]


def pytest_configure(config: pytest.Config) -> None:
    """Remember where the real databases are, before anything leads elsewhere."""
    restorer = config.stash[RESTORER] = Restorer(Databases.remember())
    restorer.access = pytest_private.blocker(config).unblock


class Making:
    """Stands round the making of the test databases, then leaves: a hook around each fixture costs a run the most."""

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[object], request: SubRequest
    ) -> Generator[None, object, object]:
        """Have a state to go back to as soon as there are databases, if a test of the run may commit."""
        if fixturedef.argname != SETUP:
            return (yield)
        restorer, plugins = of(request.config), request.config.pluginmanager
        with restorer.making(may_be_there=request.getfixturevalue("django_db_keepdb")):
            made = yield
        fixturedef.addfinalizer(restorer.close)
        if any(_may_commit(item) for item in request.session.items):
            restorer.begin()
        if _may_commit(pytest_private.item_of(request)):  # it is the first, whose hook below came too early
            restorer.ensure()
        plugins.unregister(self)
        fixturedef.addfinalizer(lambda: plugins.register(self, MAKING))
        return made


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object], request: SubRequest) -> None:
    """Be ready before what lets a test commit."""
    if fixturedef.argname in WATCHED:
        with pytest_private.failing_as_set_up(fixturedef, request):
            _before_committing(fixturedef.argname, request)
    elif fixturedef.argname.startswith("_unittest_setUpClass"):
        fixturedef.addfinalizer(partial(_leave_class, of(request.config), transactions.levels()))


def _leave_class(restorer: Restorer, levels: transactions.Levels) -> None:
    """After a class of Django's: unittest tears down none whose ``setUpClass`` has failed, and its blocks stay open."""
    with restorer.access():
        transactions.leave_above(levels)


def _before_committing(fixture: str, request: SubRequest) -> None:
    """Have a state to go back to before what lets a test commit."""
    item, restorer = pytest_private.item_of(request), of(request.config)
    late = asking.late_for(request) if fixture == asking.HELPER else ""
    if late:
        asking.begin_to_commit(item, late)
    if (late or fixture in COMMITTING) and not restorer.is_in_a_transaction:
        restorer.ensure()
    asking.warn_if_late(item, fixture)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before a test that may commit there is a state to go back to; frames of fixtures are closed by then.

    What could not be put back after the test before is tried again: no test runs on what another has left.
    """
    restorer = of(item.config)
    restorer.settle()
    if restorer.is_ensured and _may_commit(item):
        restorer.ensure()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """After all that the test and its fixtures do, what nobody has put back yet is put back."""
    restorer = of(item.config)
    try:
        return (yield)
    finally:
        if restorer.is_ensured and not _may_commit(item):
            restorer.moved()
        if restorer.is_ensured and _is_put_back_early(item):
            restorer.owe()
        restorer.settle()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Give the notes of a worker to its controller."""
    if (output := getattr(session.config, "workeroutput", None)) is not None:
        output[NOTES] = of(session.config).notes


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take the notes of a worker; one that was killed gives none."""
    of(node.config).notes.extend(getattr(node, "workeroutput", {}).get(NOTES, ()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say once what would make rewinds better."""
    for note in dict.fromkeys(of(config).notes):
        terminalreporter.write_line(f"statusquo: {note}", yellow=True)


def _is_put_back_early(item: pytest.Item) -> bool:
    """True if fixtures of the test ended after it was put back: Django does that before unittest hands it over."""
    of_class = getattr(item, "cls", None)
    is_case = isinstance(of_class, type) and issubclass(of_class, TransactionTestCase)
    return is_case and _may_commit(item) and any(map(is_own, pytest_private.resolved_definitions(item)))


def _may_commit(item: pytest.Item) -> bool:
    return modes.of(item) is Mode.TRANSACTIONAL
