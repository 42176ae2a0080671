"""Whatever several sessions do, a rewind gives back what an independent witness saw; its example count stays modest."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings

from tests.integration.stores.postgres import witness
from tests.integration.stores.postgres.place import Place
from tests.integration.stores.postgres.witness import SCHEDULES, Schedule

pytestmark = pytest.mark.integration

EXAMPLES = int(os.environ.get("STATUSQUO_TEST_EXAMPLES", "40"))


@pytest.mark.parametrize("at_once", [False, True], ids=["in turns", "at once"])
def test_rewind_gives_back_what_a_witness_saw(place: Place, *, at_once: bool) -> None:
    with witness.playing(place) as playground:
        play = playground.play_at_once if at_once else playground.play

        @settings(
            max_examples=EXAMPLES // 4 if at_once else EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck)
        )
        @given(SCHEDULES, SCHEDULES)
        def holds(first: Schedule, second: Schedule) -> None:
            witness.check(playground, first, second, play)

        holds()
