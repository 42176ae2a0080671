"""Whose fixtures are whose, and whether any of a run needs a frame: known before what makes frames is loaded."""

from __future__ import annotations

import pytest

from statusquo.django.plugin import pytest_private, tests
from statusquo.django.plugin.pytest_private import Definition

_OTHERS = ("pytest_django", "_pytest", "statusquo", "xdist", "pytest_asyncio", "anyio")
_SET_UPS = ("_unittest_", "_xunit_")
_OVERRIDDEN = frozenset({"django_db_setup", "django_db_modify_db_settings", "django_test_environment"})


def needs_frames(session: pytest.Session) -> bool:
    """True if a fixture may get a frame: a shared one, or one of a test in a class of Django's TestCase."""
    return pytest_private.may_share(session, is_theirs) or any(map(_has_own_in_class, session.items))


def is_own(definition: Definition) -> bool:
    """True for a fixture of one test that keeps no house of its own."""
    return definition.scope == "function" and not is_theirs(definition)


def is_theirs(definition: Definition) -> bool:
    """True for fixtures that keep their own house: pytest's, pytest-django's and what overrides those, and ours.

    ``setUpClass`` is one of them: Django's test classes open their own blocks there.
    """
    module = getattr(definition.func, "__module__", None) or ""
    name = definition.argname
    return module.partition(".")[0] in _OTHERS or name.startswith(_SET_UPS) or name in _OVERRIDDEN


def _has_own_in_class(item: pytest.Item) -> bool:
    found = pytest_private.closure(item) if tests.is_in_class(item) else ()
    return any(map(is_own, found))
