"""Organizations and memberships: who lets whom in, as what."""

import pytest

from matrix import cases, was_allowed
from world import ACME, BETA, MEMBERSHIPS, PROJECTS, USERS

WORKER1 = MEMBERSHIPS[ACME, "worker1"]


def new_member(organization, username, role="worker"):
    return {"organization": organization, "user": USERS[username], "role": role}


def test_who_makes_an_organization_owns_it(api):
    client = api.as_user("user1")
    made = client.post("/api/organizations", json={"slug": "delta", "name": "Delta"})
    assert made.status_code == 201
    assert made.json()["owner"] == USERS["user1"]
    members = client.get("/api/memberships", params={"organization": made.json()["id"]}).json()["results"]
    assert [(member["username"], member["role"]) for member in members] == [("user1", "owner")]


@pytest.mark.parametrize(("who", "status"), [("admin1", 201), ("user1", 201), ("worker4", 403)])
def test_workers_make_no_organizations(api, who, status):
    assert api.as_user(who).post("/api/organizations", json={"slug": "delta", "name": "Delta"}).status_code == status


def test_a_slug_is_taken_once(api):
    reply = api.as_user("user1").post("/api/organizations", json={"slug": "acme", "name": "Another"})
    assert reply.status_code == 400
    assert reply.json() == {"slug": ["organization with this slug already exists."]}


def test_a_slug_stays(api):
    client = api.as_user("owner1")
    reply = client.patch(f"/api/organizations/{ACME}", json={"slug": "other", "name": "Acme Incorporated"})
    assert (reply.json()["slug"], reply.json()["name"]) == ("acme", "Acme Incorporated")


@pytest.mark.parametrize(
    ("who", "action", "may"),
    cases(
        {
            "view": "admin1 owner1 maintainer1 supervisor1 worker1 worker2",
            "update": "admin1 owner1 maintainer1",
            "delete": "admin1 owner1",
        }
    ),
)
def test_what_one_may_do_with_an_organization(api, who, action, may):
    client, path = api.as_user(who), f"/api/organizations/{ACME}"
    match action:
        case "view":
            reply = client.get(path)
        case "update":
            reply = client.patch(path, json={"name": "Renamed"})
        case "delete":
            reply = client.delete(path)
    assert was_allowed(reply) == may


def test_everything_of_an_organization_goes_with_it(api, stack):
    assert (stack.folder("media") / "tasks/1").is_dir()
    assert api.as_user("owner1").delete(f"/api/organizations/{ACME}").status_code == 204
    left = api.as_user("admin1").get("/api/projects").json()["results"]
    assert [project["id"] for project in left] == [PROJECTS["Cells"], PROJECTS["Archive"]]
    assert not (stack.folder("media") / "tasks/1").exists()


@pytest.mark.parametrize(
    ("who", "role", "may"),
    [
        ("admin1", "maintainer", True),
        ("owner1", "maintainer", True),
        ("owner1", "owner", False),
        ("maintainer1", "maintainer", False),
        ("maintainer1", "supervisor", True),
        ("maintainer1", "worker", True),
        ("supervisor1", "worker", False),
        ("worker1", "worker", False),
        ("owner2", "worker", False),
        ("user1", "worker", False),
    ],
)
def test_members_let_in_those_who_rank_below_them(api, who, role, may):
    reply = api.as_user(who).post("/api/memberships", json=new_member(ACME, "user1", role))
    assert was_allowed(reply) == may


@pytest.mark.parametrize(
    ("who", "whom", "role", "may"),
    [
        ("admin1", "maintainer1", "worker", True),
        ("admin1", "owner1", "worker", False),
        ("owner1", "maintainer1", "supervisor", True),
        ("owner1", "worker1", "maintainer", True),
        ("owner1", "worker1", "owner", False),
        ("owner1", "owner1", "worker", False),
        ("maintainer1", "supervisor1", "worker", True),
        ("maintainer1", "worker1", "supervisor", True),
        ("maintainer1", "worker1", "maintainer", False),
        ("maintainer1", "maintainer1", "worker", False),
        ("maintainer1", "owner1", "worker", False),
        ("supervisor1", "worker1", "supervisor", False),
        ("worker1", "worker1", "supervisor", False),
        ("owner2", "worker1", "supervisor", False),
    ],
)
def test_members_change_the_roles_of_those_who_rank_below_them(api, *, who, whom, role, may):
    reply = api.as_user(who).patch(f"/api/memberships/{MEMBERSHIPS[ACME, whom]}", json={"role": role})
    assert was_allowed(reply) == may
    if may:
        assert reply.json()["role"] == role


@pytest.mark.parametrize(
    ("who", "whom", "may"),
    [
        ("admin1", "worker1", True),
        ("owner1", "maintainer1", True),
        ("maintainer1", "worker1", True),
        ("maintainer1", "owner1", False),
        ("supervisor1", "worker1", False),
        ("worker1", "worker1", True),
        ("worker1", "worker2", False),
        ("owner2", "worker1", False),
    ],
)
def test_members_send_away_those_below_them_and_may_leave(api, who, whom, may):
    assert was_allowed(api.as_user(who).delete(f"/api/memberships/{MEMBERSHIPS[ACME, whom]}")) == may


def test_the_owner_cannot_leave(api):
    reply = api.as_user("owner1").delete(f"/api/memberships/{MEMBERSHIPS[ACME, 'owner1']}")
    assert reply.status_code == 400
    assert reply.json() == ["The owner cannot leave the organization."]


def test_nobody_is_a_member_twice(api):
    reply = api.as_user("owner1").post("/api/memberships", json=new_member(ACME, "worker1"))
    assert reply.status_code == 400


def test_a_new_member_sees_the_projects(api):
    assert api.as_user("user1").get("/api/projects").json()["count"] == 0
    api.as_user("owner1").post("/api/memberships", json=new_member(ACME, "user1"))
    assert api.as_user("user1").get("/api/projects").json()["count"] == 2


def test_who_was_sent_away_sees_nothing_any_more(api):
    api.as_user("owner1").delete(f"/api/memberships/{WORKER1}")
    assert api.as_user("worker1").get("/api/jobs").json()["count"] == 0
    assert api.as_user("worker1").get("/api/jobs/1").status_code == 403


def test_members_see_one_another_and_no_others(api):
    members = api.as_user("worker3").get("/api/memberships").json()["results"]
    assert {member["organization"] for member in members} == {BETA}
