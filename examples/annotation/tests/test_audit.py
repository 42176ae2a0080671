"""The audit log: one row for each change, in the transaction of the change."""

import json

import pytest

from pictures import upload
from waiting import finished
from world import ACME, BIRDS, CROWS, NORTH, NORTH_1, SIGNS, USERS


def entries(api, **filters):
    return api.as_user("admin1").get("/api/audit", params={"page_size": 100, **filters}).json()["results"]


def last(api):
    return entries(api)[-1]


def test_who_did_what_to_what(api):
    task = api.as_user("supervisor1").post("/api/tasks", json={"project": SIGNS, "name": "West road"}).json()
    entry = last(api)
    assert entry["actor"] == USERS["supervisor1"]
    assert (entry["action"], entry["resource"], entry["resource_id"]) == ("create", "tasks", task["id"])
    assert entry["organization"] == ACME


def test_a_change_is_recorded_with_old_and_new(api):
    change = {"name": "All birds", "assignee": USERS["worker1"]}
    api.as_user("owner1").patch(f"/api/projects/{BIRDS}", json=change)
    assert last(api)["changes"] == {"name": ["Birds", "All birds"], "assignee": [None, USERS["worker1"]]}


def test_what_stayed_the_same_is_not_in_the_changes(api):
    api.as_user("owner1").patch(f"/api/projects/{BIRDS}", json={"name": "Birds"})
    assert last(api)["changes"] == {}


def test_a_deletion_outlives_the_object(api):
    api.as_user("owner1").delete(f"/api/projects/{BIRDS}")
    assert [entry["action"] for entry in entries(api, resource="projects", resource_id=BIRDS)] == ["create", "delete"]


def test_what_was_refused_leaves_no_row(api):
    before = entries(api)
    assert api.as_user("worker1").delete(f"/api/projects/{BIRDS}").status_code == 403
    assert entries(api) == before


def test_what_the_database_refused_leaves_no_row(api):
    before = entries(api)
    assert api.as_user("owner1").delete("/api/labels/1").status_code == 409
    assert entries(api) == before


def test_reading_leaves_no_row(api):
    before = entries(api)
    api.as_user("owner1").get("/api/projects")
    api.as_user("owner1").get(f"/api/tasks/{NORTH}/data")
    assert entries(api) == before


def test_a_password_is_never_in_the_log(api):
    api.as_user("worker1").patch(f"/api/users/{USERS['worker1']}", json={"password": "a new one"})
    entry = last(api)
    assert (entry["action"], entry["resource"]) == ("update", "users")
    assert entry["changes"] == {}


def test_an_upload_is_recorded(api):
    upload(api.as_user("supervisor1"), CROWS, (1, 1, 5, 5))
    assert (last(api)["action"], last(api)["changes"]) == ("upload", {"size": [0, 1]})


def test_an_annotation_is_recorded(api):
    api.as_user("worker1").put(f"/api/jobs/{NORTH_1}/annotations", json=[])
    assert (last(api)["action"], last(api)["changes"]) == ("annotate", {"shapes": [2, 0]})


@pytest.mark.needs_services("worker")
def test_the_worker_records_for_whom_it_works(api):
    client = api.as_user("supervisor1")
    files = {"file": ("annotations.json", json.dumps({"shapes": []}))}
    finished(client, client.post(f"/api/tasks/{NORTH}/import", files=files))
    assert (last(api)["action"], last(api)["actor"]) == ("import", USERS["supervisor1"])
    assert last(api)["changes"] == {"shapes": [4, 0]}


@pytest.mark.parametrize(
    ("who", "expected"),
    [("admin1", 4), ("owner1", 3), ("maintainer1", 2), ("supervisor1", 0), ("worker1", 0), ("owner2", 1), ("user1", 0)],
)
def test_maintainers_read_what_concerns_their_organizations(api, who, expected):
    assert api.as_user(who).get("/api/audit").json()["count"] == expected


def test_nobody_writes_the_log(api):
    assert api.as_user("admin1").post("/api/audit", json={}).status_code == 405
    assert api.as_user("admin1").delete("/api/audit/1").status_code == 404
