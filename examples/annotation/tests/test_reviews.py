"""Issues and comments."""

import pytest

from matrix import cases, was_allowed
from world import NORTH_1, NORTH_2, SOUTH_1, USERS

ISSUE = {"job": NORTH_1, "frame": 0, "position": [3.0, 4.0]}
TOO_WIDE, WRONG_LABEL, IS_IT = 1, 2, 3


def test_an_issue_is_raised_resolved_and_deleted(api):
    client = api.as_user("supervisor1")
    made = client.post("/api/issues", json={**ISSUE, "assignee": USERS["worker1"]})
    assert made.status_code == 201
    assert (made.json()["owner"], made.json()["resolved"]) == (USERS["supervisor1"], False)
    path = f"/api/issues/{made.json()['id']}"
    assert api.as_user("worker1").patch(path, json={"resolved": True}).json()["resolved"] is True
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [({"frame": 2}, "frame"), ({"position": [1]}, "position"), ({"job": 99}, "job"), ({"assignee": 99}, "assignee")],
)
def test_an_issue_that_cannot_be_is_refused(api, change, field):
    reply = api.as_user("supervisor1").post("/api/issues", json={**ISSUE, **change})
    assert reply.status_code == 400
    assert list(reply.json()) == [field]


def test_an_issue_stays_where_it_was_found(api):
    reply = api.as_user("supervisor1").patch(f"/api/issues/{TOO_WIDE}", json={"job": NORTH_2, "position": [0, 0]})
    assert (reply.json()["job"], reply.json()["position"]) == (NORTH_1, [8.0, 6.0])


@pytest.mark.parametrize(
    ("who", "action", "may"),
    cases(
        {
            "create": "admin1 owner1 maintainer1 supervisor1 worker1",
            "view": "admin1 owner1 maintainer1 supervisor1 worker1",
            "update": "admin1 owner1 maintainer1 worker1",
            "delete": "admin1 owner1 maintainer1",
        }
    ),
)
def test_what_one_may_do_with_an_issue(api, who, action, may):
    """The first job of South road belongs to worker1; the issue on it to owner1."""
    client, path = api.as_user(who), "/api/issues/4"
    match action:
        case "create":
            reply = client.post("/api/issues", json={**ISSUE, "job": SOUTH_1})
        case "view":
            reply = client.get(path)
        case "update":
            reply = client.patch(path, json={"resolved": True})
        case "delete":
            reply = client.delete(path)
    assert was_allowed(reply) == may


def test_who_raised_an_issue_may_withdraw_it(api):
    assert api.as_user("worker2").delete(f"/api/issues/{IS_IT}").status_code == 204


def test_the_comments_go_with_the_issue(api):
    admin = api.as_user("admin1")
    before = admin.get("/api/comments").json()["count"]
    assert admin.delete(f"/api/issues/{TOO_WIDE}").status_code == 204
    assert admin.get("/api/comments").json()["count"] == before - 2


def test_a_comment_is_added_to_the_thread(api):
    client = api.as_user("worker1")
    made = client.post("/api/comments", json={"issue": TOO_WIDE, "message": "Better now?"})
    assert made.status_code == 201
    thread = client.get("/api/comments", params={"issue": TOO_WIDE}).json()["results"]
    assert [comment["message"] for comment in thread] == ["Too wide.", "On it.", "Better now?"]


def test_an_empty_comment_is_refused(api):
    reply = api.as_user("worker1").post("/api/comments", json={"issue": TOO_WIDE, "message": ""})
    assert reply.status_code == 400


@pytest.mark.parametrize(
    ("who", "action", "may"),
    cases(
        {
            "create": "admin1 owner1 maintainer1 supervisor1 worker1",
            "view": "admin1 owner1 maintainer1 supervisor1 worker1",
            "update": "admin1 worker1",
            "delete": "admin1 owner1 maintainer1 worker1",
        },
        people=["admin1", "owner1", "maintainer1", "supervisor1", "worker1", "worker3", "owner2", "user1"],
    ),
)
def test_what_one_may_do_with_a_comment(api, who, action, may):
    """The second comment on the first issue is worker1's."""
    client, path = api.as_user(who), "/api/comments/2"
    match action:
        case "create":
            reply = client.post("/api/comments", json={"issue": TOO_WIDE, "message": "I see."})
        case "view":
            reply = client.get(path)
        case "update":
            reply = client.patch(path, json={"message": "I take it back."})
        case "delete":
            reply = client.delete(path)
    assert was_allowed(reply) == may
