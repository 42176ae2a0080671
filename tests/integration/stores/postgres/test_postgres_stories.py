"""Whatever several sessions do to whatever tables, every baseline can be gone back to; the proof draws thousands."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, note, settings

from statusquo.core.endpoint import Endpoint
from tests.integration.stores.postgres import stories, upheavals
from tests.integration.stores.postgres.place import Place
from tests.integration.stores.postgres.stories import STORIES, Story
from tests.integration.stores.postgres.upheavals import UPHEAVALS

pytestmark = pytest.mark.integration

EXAMPLES = int(os.environ.get("STATUSQUO_TEST_EXAMPLES", "20"))


@pytest.mark.parametrize("at_once", [False, True], ids=["in turns", "at once"])
def test_every_baseline_of_a_story_can_be_gone_back_to(place: Place, *, at_once: bool) -> None:
    with stories.staged(place) as stage:

        @settings(
            max_examples=EXAMPLES // 4 if at_once else EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck)
        )
        @given(STORIES)
        def holds(story: Story) -> None:
            try:
                stories.tell(stage, story, at_once=at_once)
            finally:
                note("\n".join(stage.done))

        holds()


def test_ddl_is_no_obstacle_where_there_is_a_template(postgres_server: Endpoint) -> None:
    server = postgres_server.admin
    assert server is not None

    @settings(max_examples=max(EXAMPLES // 10, 1), deadline=None, suppress_health_check=list(HealthCheck))
    @given(UPHEAVALS)
    def holds(story: Story) -> None:
        with upheavals.copied(server, "upheaval", story.schema) as copied:
            try:
                upheavals.tell(copied, story)
            finally:
                note("\n".join(copied.done))

    holds()
