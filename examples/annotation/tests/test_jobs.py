"""Jobs: who does them, how far they are, and the shapes in them."""

import pytest

from matrix import cases, was_allowed
from world import BIRDS, LABELS, NORTH, NORTH_1, NORTH_2, SOUTH, SOUTH_1, SOUTH_2, STOP, USERS

BOX = {"frame": 0, "label": STOP, "kind": "rectangle", "points": [1.0, 2.0, 3.0, 4.0]}


def shapes_of(api, job):
    return api.as_user("admin1").get(f"/api/jobs/{job}/annotations").json()


def test_a_job_is_neither_made_nor_deleted(api):
    admin = api.as_user("admin1")
    assert admin.post("/api/jobs", json={"task": NORTH, "start": 0, "stop": 1}).status_code == 405
    assert admin.delete(f"/api/jobs/{NORTH_1}").status_code == 405


def test_a_job_is_given_to_somebody_else(api):
    reply = api.as_user("supervisor1").patch(f"/api/jobs/{NORTH_1}", json={"assignee": USERS["worker2"]})
    assert reply.json()["assignee"] == USERS["worker2"]
    assert api.as_user("worker2").get(f"/api/jobs/{NORTH_1}").status_code == 200
    assert api.as_user("worker1").get(f"/api/jobs/{NORTH_1}").status_code == 403


def test_a_job_is_given_to_members_only(api):
    reply = api.as_user("supervisor1").patch(f"/api/jobs/{NORTH_1}", json={"assignee": USERS["worker3"]})
    assert reply.status_code == 400
    assert reply.json() == {"assignee": ["Not a member of the organization."]}


def test_the_frames_of_a_job_are_fixed(api):
    assert api.as_user("owner1").patch(f"/api/jobs/{NORTH_1}", json={"stop": 3}).json()["stop"] == 1


def test_an_unknown_state_is_refused(api):
    assert api.as_user("worker1").patch(f"/api/jobs/{NORTH_1}", json={"state": "perfect"}).status_code == 400


@pytest.mark.parametrize(
    ("who", "action", "may"),
    cases(
        {
            "view": "admin1 owner1 maintainer1 supervisor1 worker1",
            "update": "admin1 owner1 maintainer1 supervisor1 worker1",
            "assign": "admin1 owner1 maintainer1 supervisor1",
            "annotate": "admin1 owner1 maintainer1 worker1",
        }
    ),
)
def test_what_one_may_do_with_a_job(api, who, action, may):
    """The first job of South road belongs to worker1; the task to maintainer1."""
    client, path = api.as_user(who), f"/api/jobs/{SOUTH_1}"
    match action:
        case "view":
            reply = client.get(f"{path}/annotations")
        case "update":
            reply = client.patch(path, json={"state": "completed"})
        case "assign":
            reply = client.patch(path, json={"assignee": None})
        case "annotate":
            reply = client.put(f"{path}/annotations", json=[BOX])
    assert was_allowed(reply) == may


class TestTheStateOfTheTask:
    """A task is completed when all its jobs are."""

    def complete(self, api, *jobs, state="completed"):
        for job in jobs:
            assert api.as_user("maintainer1").patch(f"/api/jobs/{job}", json={"state": state}).status_code == 200

    def status(self, api):
        return api.as_user("maintainer1").get(f"/api/tasks/{SOUTH}").json()["status"]

    def test_one_job_is_not_enough(self, api):
        self.complete(api, SOUTH_1)
        assert self.status(api) == "annotation"

    def test_all_jobs_are(self, api):
        self.complete(api, SOUTH_1, SOUTH_2)
        assert self.status(api) == "completed"

    def test_a_rejected_job_opens_the_task_again(self, api):
        self.complete(api, SOUTH_1, SOUTH_2)
        self.complete(api, SOUTH_2, state="rejected")
        assert self.status(api) == "annotation"


class TestAnnotations:
    """The shapes of a job."""

    def test_new_shapes_take_the_place_of_the_old(self, api):
        before = shapes_of(api, NORTH_1)
        reply = api.as_user("worker1").put(f"/api/jobs/{NORTH_1}/annotations", json=[BOX])
        assert reply.status_code == 200
        assert shapes_of(api, NORTH_1) == reply.json() == [{**BOX, "id": reply.json()[0]["id"], "source": "manual"}]
        assert before[0]["id"] != reply.json()[0]["id"]

    def test_the_other_jobs_keep_theirs(self, api):
        before = shapes_of(api, NORTH_2)
        api.as_user("worker1").put(f"/api/jobs/{NORTH_1}/annotations", json=[])
        assert shapes_of(api, NORTH_2) == before != []

    def test_they_can_all_be_taken_away(self, api):
        assert api.as_user("worker1").delete(f"/api/jobs/{NORTH_1}/annotations").status_code == 204
        assert shapes_of(api, NORTH_1) == []

    def test_the_task_shows_those_of_all_its_jobs(self, api):
        shapes = api.as_user("worker1").get(f"/api/tasks/{NORTH}/annotations").json()
        assert shapes == shapes_of(api, NORTH_1) + shapes_of(api, NORTH_2)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"frame": 2}, "frame"),
            ({"frame": -1}, "frame"),
            ({"label": LABELS[BIRDS, "gull"]}, "label"),
            ({"label": 999}, "label"),
            ({"kind": "blob"}, "kind"),
            ({"points": [1, 2, 3]}, "points"),
            ({"points": [1, 2]}, "points"),
            ({"points": [1, 2, 3, -4]}, "points"),
            ({"points": []}, "points"),
        ],
    )
    def test_a_shape_that_does_not_fit_is_refused_and_nothing_changes(self, api, change, field):
        before = shapes_of(api, NORTH_1)
        reply = api.as_user("worker1").put(f"/api/jobs/{NORTH_1}/annotations", json=[BOX, {**BOX, **change}])
        assert reply.status_code == 400
        assert f'"{field}":' in reply.text
        assert shapes_of(api, NORTH_1) == before
