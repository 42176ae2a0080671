"""Projects and their labels."""

import pytest

from matrix import cases, was_allowed
from world import ACME, BETA, BIRDS, LABELS, SIGNS, STOP, USERS

OTHER = LABELS[SIGNS, "other"]


def test_a_project_is_made_read_changed_and_deleted(api):
    client = api.as_user("maintainer1")
    made = client.post("/api/projects", json={"name": "Faces", "organization": ACME})
    assert made.status_code == 201
    path = f"/api/projects/{made.json()['id']}"
    assert client.get(path).json() == made.json()
    assert client.patch(path, json={"name": "Masks"}).json()["name"] == "Masks"
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404


def test_who_makes_a_project_owns_it(api):
    new = {"name": "Faces", "organization": ACME, "owner": USERS["admin1"]}
    assert api.as_user("supervisor1").post("/api/projects", json=new).json()["owner"] == USERS["supervisor1"]


def test_a_change_is_dated(api):
    before = api.as_user("owner1").get(f"/api/projects/{BIRDS}").json()
    after = api.as_user("owner1").patch(f"/api/projects/{BIRDS}", json={"name": "All birds"}).json()
    assert after["created"] == before["created"]
    assert after["updated"] > before["updated"]


def test_a_project_stays_in_its_organization(api):
    reply = api.as_user("admin1").patch(f"/api/projects/{BIRDS}", json={"organization": BETA})
    assert reply.json()["organization"] == ACME


@pytest.mark.parametrize(("assignee", "status"), [("worker2", 200), ("worker3", 400), ("user1", 400)])
def test_only_members_are_assigned(api, assignee, status):
    reply = api.as_user("owner1").patch(f"/api/projects/{BIRDS}", json={"assignee": USERS[assignee]})
    assert reply.status_code == status


@pytest.mark.parametrize(
    ("who", "action", "may"),
    cases(
        {
            "create": "admin1 owner1 maintainer1 supervisor1",
            "view": "admin1 owner1 maintainer1 supervisor1 worker1 worker2",
            "update": "admin1 owner1 maintainer1",
            "delete": "admin1 owner1 maintainer1",
        }
    ),
)
def test_what_one_may_do_with_a_project(api, who, action, may):
    client, path = api.as_user(who), f"/api/projects/{BIRDS}"
    match action:
        case "create":
            reply = client.post("/api/projects", json={"name": "Faces", "organization": ACME})
        case "view":
            reply = client.get(path)
        case "update":
            reply = client.patch(path, json={"name": "Renamed"})
        case "delete":
            reply = client.delete(path)
    assert was_allowed(reply) == may


def test_an_assignee_may_change_a_project_and_not_delete_it(api):
    client, path = api.as_user("supervisor1"), f"/api/projects/{SIGNS}"
    assert client.patch(path, json={"name": "Renamed"}).status_code == 200
    assert client.delete(path).status_code == 403


def test_a_label_is_made_changed_and_deleted(api):
    client = api.as_user("owner1")
    made = client.post("/api/labels", json={"project": BIRDS, "name": "swan", "color": "#ffffff"})
    assert made.status_code == 201
    path = f"/api/labels/{made.json()['id']}"
    assert client.patch(path, json={"name": "goose"}).json()["name"] == "goose"
    assert client.delete(path).status_code == 204


def test_label_names_differ_within_a_project(api):
    client = api.as_user("owner1")
    assert client.post("/api/labels", json={"project": SIGNS, "name": "stop"}).status_code == 400
    assert client.post("/api/labels", json={"project": BIRDS, "name": "stop"}).status_code == 201


def test_a_label_does_not_take_the_name_of_another(api):
    reply = api.as_user("owner1").patch(f"/api/labels/{OTHER}", json={"name": "stop"})
    assert reply.status_code == 409


def test_a_label_in_use_stays(api):
    client = api.as_user("owner1")
    assert client.delete(f"/api/labels/{STOP}").status_code == 409
    assert client.get(f"/api/labels/{STOP}").status_code == 200


def test_a_color_is_a_color(api):
    reply = api.as_user("owner1").post("/api/labels", json={"project": BIRDS, "name": "swan", "color": "white"})
    assert reply.status_code == 400
    assert list(reply.json()) == ["color"]


@pytest.mark.parametrize(
    ("who", "action", "may"),
    cases(
        {
            "create": "admin1 owner1 maintainer1 supervisor1",
            "view": "admin1 owner1 maintainer1 supervisor1 worker1 worker2",
            "delete": "admin1 owner1 maintainer1 supervisor1",
        }
    ),
)
def test_labels_are_changed_by_those_who_may_change_the_project(api, who, action, may):
    client = api.as_user(who)
    match action:
        case "create":
            reply = client.post("/api/labels", json={"project": SIGNS, "name": "mirror"})
        case "view":
            reply = client.get(f"/api/labels/{OTHER}")
        case "delete":
            reply = client.delete(f"/api/labels/{OTHER}")
    assert was_allowed(reply) == may
