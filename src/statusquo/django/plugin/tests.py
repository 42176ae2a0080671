"""What a test does with the database, as far as frames must know it beforehand."""

from __future__ import annotations

import pytest
from django.test import TestCase

from statusquo.django.order import Mode
from statusquo.django.plugin import modes


def is_in_class(item: pytest.Item) -> bool:
    """True for a test of a class of Django's TestCase, which has blocks of its own around the class and each test."""
    cls = getattr(item, "cls", None)
    return isinstance(cls, type) and issubclass(cls, TestCase)


def commits(item: pytest.Item) -> bool:
    """True if the test says that it may commit: nothing of it can be rolled back."""
    return modes.of(item) is Mode.TRANSACTIONAL
