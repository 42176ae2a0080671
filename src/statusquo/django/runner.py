"""``TEST_RUNNER = "statusquo.django.Runner"``: ``manage.py test`` with rewinds in the place of flushes.

Sequences that a ``TestCase`` has moved stay moved until the first test that commits is put back.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from multiprocessing import util
from typing import Any
from unittest import TestSuite

from django.test import TestCase, TransactionTestCase
from django.test.runner import DiscoverRunner, ParallelTestSuite
from django.test.utils import iter_test_cases

from statusquo.django.restore.databases import Databases
from statusquo.django.restore.restorer import Restorer

_real: list[Databases] = []
"""What the first process saw before there were test databases, for workers that are forked."""

_of_this_worker: list[Restorer] = []
"""What ``init_worker`` leaves for ``run_subsuite``: a pool passes nothing on from one to the other."""


class _Parallel(ParallelTestSuite):
    """Each process has a copy of the databases, and puts that back; Django says which two functions to replace."""

    def init_worker(*arguments: Any) -> None:
        restorer = Restorer(_real[0] if _real else Databases.remember())
        _of_this_worker[:] = [restorer]
        util.Finalize(None, restorer.close, exitpriority=10)
        ParallelTestSuite.init_worker(*arguments)

    def run_subsuite(arguments: Any) -> object:  # noqa: N805 - as above
        _, _, subsuite, *_ = arguments
        _begin(_of_this_worker[0], subsuite)
        return ParallelTestSuite.run_subsuite(arguments)


class Runner(DiscoverRunner):
    """Django's own runner, but that the databases are put back after tests that commit."""

    parallel_test_suite = _Parallel

    def setup_databases(self, **kwargs: Any) -> Any:
        """Remember where the real databases are, and make the test databases without a copy of all rows as text."""
        _real[:] = [Databases.remember()]
        self._restorer = Restorer(*_real)
        with self._restorer.making(may_be_there=self.keepdb):
            made = super().setup_databases(**kwargs)
        if self.keepdb and self.parallel > 1:
            from statusquo.django.restore import leftovers  # noqa: PLC0415 - stores cost a start; few runs need them here

            leftovers.put_back_clones(_real[0], self.parallel, tell=self._restorer.notes.append)
        return made

    def get_databases(self, suite: TestSuite) -> dict[str, bool]:
        """The aliases that the tests use, none of them to be serialised."""
        return dict.fromkeys(super().get_databases(suite), False)

    def run_suite(self, suite: TestSuite, **kwargs: Any) -> Any:
        """Run the tests; their databases are as they were made after each of those that commit."""
        if not isinstance(suite, ParallelTestSuite):
            _begin(self._restorer, suite)
        return super().run_suite(suite, **kwargs)

    def teardown_databases(self, old_config: Any, **kwargs: Any) -> None:
        """Let go of the databases before they are removed, and say what would make rewinds better."""
        self._restorer.close()
        for note in dict.fromkeys(self._restorer.notes):
            self.log(f"statusquo: {note}", level=logging.WARNING)
        super().teardown_databases(old_config, **kwargs)


def _begin(restorer: Restorer, tests: Iterable[Any]) -> None:
    """Capture the present state if one of the tests commits."""
    if not restorer.is_ensured and any(_commits(test) for test in iter_test_cases(tests)):
        restorer.begin()


def _commits(test: object) -> bool:
    return isinstance(test, TransactionTestCase) and not isinstance(test, TestCase)
