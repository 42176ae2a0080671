"""What framing needs of pytest and pytest-django and neither documents; each says why there is no other way.

``tests/django/test_frames_private.py`` notices when one of them changes.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from _pytest.fixtures import SubRequest

Definition = pytest.FixtureDef[Any]


def item_of(request: SubRequest) -> pytest.Item:
    """The test that a fixture is being set up for: ``request.node`` is the owner of its scope."""
    item: pytest.Item = request._pyfuncitem  # noqa: SLF001
    return item


def is_resolved(definition: Definition, request: SubRequest) -> bool:
    """True if the test of the request has the value: no hook is called for a fixture whose value is kept."""
    return definition.argname in request._fixture_defs  # noqa: SLF001


def asked_for_by(request: SubRequest) -> tuple[Definition, ...]:
    """The fixtures that asked for this one, in their signature or by ``getfixturevalue``: no hook says so."""
    return tuple(request._get_fixturestack()[:-1])  # noqa: SLF001


def closure(item: pytest.Item) -> Collection[Definition]:
    """The fixtures that a test names, by itself or through others: ``fixturenames`` cannot tell those of one name."""
    info = getattr(item, "_fixtureinfo", None)
    return {each for definitions in info.name2fixturedefs.values() for each in definitions} if info else ()


def blocker(config: pytest.Config) -> Any:
    """pytest-django's blocker, of which the documented fixture is only the way to it from a fixture."""
    from pytest_django.plugin import blocking_manager_key  # noqa: PLC0415 - only in a run of pytest-django

    return config.stash[blocking_manager_key]
