"""An installation that takes one request of a user at a time, beside one that takes all."""

import psycopg
import pytest

from waiting import finished
from world import GULLS, NORTH

pytestmark = pytest.mark.needs_services("worker")


@pytest.fixture
def held(stack):
    """A lock on the shapes: as long as it is held, the worker cannot finish an export."""
    with psycopg.connect(stack.url("db")) as connection:
        connection.execute("LOCK TABLE projects_shape")
        yield connection


def export(client, task):
    return client.post(f"/api/tasks/{task}/export", json={})


@pytest.mark.variant("one-request")
def test_a_second_request_waits_for_the_first(api, held):
    client = api.as_user("supervisor1")
    first = export(client, NORTH)
    second = export(client, GULLS)
    assert (second.status_code, second.json()["detail"]) == (409, "Your last request is not finished yet.")
    held.rollback()
    assert finished(client, first)["status"] == "finished"
    assert finished(client, export(client, GULLS))["status"] == "finished"


@pytest.mark.variant("one-request")
def test_requests_of_others_are_taken_meanwhile(api, held):
    mine, theirs = api.as_user("supervisor1"), api.as_user("owner1")
    replies = export(mine, NORTH), export(theirs, NORTH)
    held.rollback()
    assert [finished(client, reply)["status"] for client, reply in zip((mine, theirs), replies, strict=True)] == [
        "finished"
    ] * 2


def test_other_installations_take_all(api, held):
    client = api.as_user("supervisor1")
    replies = export(client, NORTH), export(client, GULLS)
    held.rollback()
    assert [finished(client, reply)["status"] for reply in replies] == ["finished"] * 2
