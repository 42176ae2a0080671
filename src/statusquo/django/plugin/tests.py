"""What a test does with the database, as far as frames must know it beforehand."""

from __future__ import annotations

import unittest
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import pytest
from django.test import TestCase

from statusquo.django.order import Mode
from statusquo.django.plugin import modes, pytest_private
from statusquo.django.plugin.pytest_private import Definition

if TYPE_CHECKING:
    from _pytest.fixtures import SubRequest


def is_in_class(item: pytest.Item) -> bool:
    """True for a test of a class of Django's TestCase, which has blocks of its own around the class and each test."""
    cls = getattr(item, "cls", None)
    return isinstance(cls, type) and issubclass(cls, TestCase)


def commits(item: pytest.Item) -> bool:
    """True if the test says that it may commit: nothing of it can be rolled back."""
    return modes.of(item) is Mode.TRANSACTIONAL


def is_running(item: pytest.Item) -> bool:
    """True from the first line of a test on, when it has all its fixtures: blocks that are open may be its own."""
    given = getattr(item, "funcargs", None) or {}
    return all(name in given for name in getattr(item, "fixturenames", ()))


def before_it_is_undone(item: pytest.Item, finish: Callable[[], object]) -> None:
    """Have *finish* called when the rows of the running test are still there: unittest undoes it before pytest does."""
    testcase = getattr(item, "instance", None)
    if isinstance(testcase, unittest.TestCase):
        testcase.addCleanup(finish)


class Committing:
    """The tests of a run that commit, by the fixtures that they name; looked at when a fixture first has rows."""

    def __init__(self) -> None:
        self._users: dict[Definition, list[pytest.Item]] | None = None

    def need(self, definition: Definition, request: SubRequest) -> bool:
        """True if a test in the scope of the fixture asks for it and commits: its rows must be committed, too."""
        item = pytest_private.item_of(request)
        if commits(item):
            return True
        if self._users is None:
            self._users = _users(filter(commits, request.session.items))
        return any(request.node in user.listchain() for user in self._users.get(definition, ()))


def _users(items: Iterable[pytest.Item]) -> dict[Definition, list[pytest.Item]]:
    users: dict[Definition, list[pytest.Item]] = {}
    for item in items:
        for definition in pytest_private.closure(item):
            users.setdefault(definition, []).append(item)
    return users
