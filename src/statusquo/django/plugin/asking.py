"""Tests that ask for a fixture under which they commit while they run: ``request.getfixturevalue("transactional_db")``.

pytest-django looks among the names that a test has from the start, finds none, and opens a transaction. So the name is
added before it looks; it is too late when the test has a transaction already. ``framing`` and ``restoring`` call it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from statusquo.core.errors import StatusquoError
from statusquo.django.order import Mode
from statusquo.django.plugin import modes, pytest_private

if TYPE_CHECKING:
    from _pytest.fixtures import SubRequest

    from statusquo.django.plugin.shared import Shared

HELPER = "_django_db_helper"
"""The fixture of pytest-django that begins a test's transaction, or none."""
COMMITTING = ("transactional_db", "django_db_reset_sequences")
_NEXT = "Name it in the signature, or mark the test with django_db(transaction=True)."


class StillRolledBack(UserWarning):
    """A test asked for a fixture under which it would commit, after its transaction had begun."""


def late_for(request: SubRequest) -> str:
    """While ``HELPER`` is set up: because of which fixture the test commits without having named it; or nothing."""
    askers = (asker.argname for asker in pytest_private.asked_for_by(request))
    return next((name for name in askers if name in COMMITTING and name not in request.fixturenames), "")


def begin_to_commit(item: pytest.Item, fixture: str) -> None:
    """Have pytest-django, and all who ask, find the name among those of the test, with what comes with it."""
    for name in ("transactional_db", fixture):
        item.fixturenames = [*item.fixturenames, name]  # type: ignore[attr-defined]
        item.funcargs[name] = None  # type: ignore[attr-defined]


def warn_if_late(item: pytest.Item, fixture: str) -> None:
    """When such a fixture is set up: say so if the test goes on being rolled back."""
    if fixture in COMMITTING and modes.of(item) is not Mode.TRANSACTIONAL:
        item.warn(
            StillRolledBack(
                f'{item.nodeid} asked for "{fixture}" when its transaction had begun, so it is rolled back. {_NEXT}'
            )
        )


def refusal(item: pytest.Item, fixture: str, held: Shared) -> StatusquoError:
    """What to raise if the test has been given what it cannot commit beside."""
    return StatusquoError(
        f'{item.nodeid} asked for "{fixture}" while it ran.',
        why=f"It was given the {held} already, whose rows are in a transaction.",
        next=_NEXT,
    )
