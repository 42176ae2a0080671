"""Tests of the tests: a store with a mistake in its SQL does not get past the witness, a sound one does."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Flaky

from statusquo.core.errors import NotExact
from statusquo.stores.postgres import statements
from tests.integration.stores.postgres import witness
from tests.integration.stores.postgres.place import Place
from tests.integration.stores.postgres.witness import SCHEDULES, Schedule
from tests.proof.faults import FAULTS, Fault

pytestmark = pytest.mark.integration

THE_SAME = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
"""The same examples each time; the worst hidden of the faults takes about a dozen."""


def complaints(place: Place) -> list[Exception]:
    """What the witness has to say about the store as it is installed now; empty: nothing in all examples."""
    found: list[Exception] = []

    @THE_SAME
    @given(SCHEDULES, SCHEDULES)
    def holds(first: Schedule, second: Schedule) -> None:
        try:
            witness.check(playground, first, second, playground.play)
        except Exception as error:
            found.append(error)
            raise

    with witness.playing(place) as playground, contextlib.suppress(AssertionError, NotExact, Flaky):
        holds()
    return found


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_caught(fault: Fault, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = statements.read
    monkeypatch.setattr(statements, "read", lambda name: fault.plant(name, sound(name)))
    found = complaints(place)
    assert found, "nobody noticed"
    assert all(isinstance(complaint, AssertionError | NotExact) for complaint in found), found


def test_a_sound_store_is_not(place: Place) -> None:
    assert complaints(place) == []
