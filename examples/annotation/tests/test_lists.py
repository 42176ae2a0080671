"""Pages, filters, searches, orders, and that a list never shows what its reader may not see."""

import pytest

from world import ACME, CELLS, CROWS, GULLS, NORTH, SIGNS, SOUTH, TASKS, USERS


def listed(api, who, path, **params):
    reply = api.as_user(who).get(path, params=params)
    assert reply.status_code == 200, reply.text
    return [item["id"] for item in reply.json()["results"]]


def test_a_page_has_ten_objects(api):
    body = api.as_user("admin1").get("/api/tasks").json()
    assert len(body["results"]) == 10
    assert body["count"] == len(TASKS)
    assert body["previous"] is None


def test_pages_follow_one_another(api):
    client = api.as_user("admin1")
    seen, path = [], "/api/tasks?page_size=4"
    while path:
        body = client.get(path).json()
        seen += [task["id"] for task in body["results"]]
        path = body["next"]
    assert seen == sorted(TASKS.values())


def test_a_page_has_a_hundred_objects_at_most(api):
    assert len(listed(api, "admin1", "/api/tasks", page_size=1000)) == len(TASKS)


def test_there_is_no_page_after_the_last(api):
    assert api.as_user("admin1").get("/api/tasks", params={"page": 3}).status_code == 404


@pytest.mark.parametrize(
    ("path", "field", "value"),
    [
        ("/api/users", "role", "worker"),
        ("/api/users", "is_active", False),
        ("/api/organizations", "slug", "beta"),
        ("/api/memberships", "role", "owner"),
        ("/api/memberships", "user", USERS["supervisor1"]),
        ("/api/projects", "organization", ACME),
        ("/api/projects", "assignee", USERS["supervisor1"]),
        ("/api/labels", "name", "other"),
        ("/api/labels", "project", SIGNS),
        ("/api/tasks", "status", "annotation"),
        ("/api/tasks", "project", CELLS),
        ("/api/tasks", "owner", USERS["supervisor1"]),
        ("/api/jobs", "assignee", USERS["worker1"]),
        ("/api/jobs", "state", "new"),
        ("/api/jobs", "task", NORTH),
        ("/api/issues", "resolved", True),
        ("/api/issues", "owner", USERS["worker2"]),
        ("/api/comments", "issue", 1),
        ("/api/webhooks", "is_active", False),
        ("/api/audit", "actor", USERS["owner1"]),
    ],
)
def test_a_filter_leaves_exactly_what_matches(api, path, field, value):
    everything = api.as_user("admin1").get(path, params={"page_size": 100}).json()["results"]
    expected = [item["id"] for item in everything if item[field] == value]
    assert expected
    assert listed(api, "admin1", path, page_size=100, **{field: value}) == expected


def test_filters_add_up(api):
    assert listed(api, "admin1", "/api/jobs", state="in progress", task=NORTH, assignee=USERS["worker2"]) == [2]


def test_a_filter_can_follow_a_relation(api):
    tasks = listed(api, "admin1", "/api/tasks", project__organization=ACME)
    assert tasks == [NORTH, SOUTH, GULLS, CROWS]


def test_an_impossible_filter_is_refused(api):
    reply = api.as_user("admin1").get("/api/tasks", params={"status": "lost"})
    assert reply.status_code == 400
    assert list(reply.json()) == ["status"]


@pytest.mark.parametrize(
    ("path", "text", "count"),
    [("/api/tasks", "road", 2), ("/api/tasks", "ROAD", 2), ("/api/projects", "bir", 1), ("/api/comments", "label", 1)],
)
def test_a_search_looks_into_the_text(api, path, text, count):
    assert len(listed(api, "admin1", path, search=text)) == count


@pytest.mark.parametrize("field", ["id", "name", "created", "size"])
def test_a_list_is_ordered_either_way(api, field):
    def key(task):
        return (task[field], task["id"])

    tasks = api.as_user("admin1").get("/api/tasks", params={"page_size": 100}).json()["results"]
    for order, is_reverse in ((f"{field},id", False), (f"-{field},-id", True)):
        expected = [task["id"] for task in sorted(tasks, key=key, reverse=is_reverse)]
        assert listed(api, "admin1", "/api/tasks", ordering=order, page_size=100) == expected


@pytest.mark.parametrize(
    ("who", "expected"),
    [("admin1", 17), ("owner1", 16), ("supervisor1", 5), ("worker1", 4), ("worker3", 1), ("owner3", 12), ("user1", 0)],
)
def test_everybody_sees_the_tasks_of_their_organizations(api, who, expected):
    assert api.as_user(who).get("/api/tasks").json()["count"] == expected


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("maintainer1", [1, 2, 3, 4, 5]),
        ("supervisor1", [1, 2, 3, 4, 5, 7]),
        ("worker1", [1, 3]),
        ("worker2", [1, 2, 5]),
        ("worker3", [6, 7]),
        ("user1", []),
    ],
)
def test_workers_see_the_jobs_that_concern_them(api, who, expected):
    assert listed(api, who, "/api/jobs") == expected


def test_people_see_their_colleagues_and_themselves(api):
    names = [user["username"] for user in api.as_user("worker3").get("/api/users").json()["results"]]
    assert names == ["supervisor1", "owner2", "maintainer2", "worker3"]


def test_an_object_is_listed_once_however_many_ways_lead_to_it(api):
    jobs = listed(api, "supervisor1", "/api/jobs")
    assert len(jobs) == len(set(jobs))
