"""Data that many tests share, made once through the API: what each test changes is put back, what they share stays.

The module's project belongs to all tests here; the class's task to the tests of the class. Each test below changes what
the others read, so they pass in this order, in any other, and alone.
"""

import pytest

from pictures import upload
from waiting import finished
from world import ACME, PROJECTS, recorded


@pytest.fixture(scope="module")
def owner(api):
    return api.as_user("owner1")


@pytest.fixture(scope="module")
def project(owner):
    """A project with two labels."""
    made = owner.post("/api/projects", json={"name": "Shared", "organization": ACME}).json()
    for name in ("cat", "dog"):
        owner.post("/api/labels", json={"project": made["id"], "name": name})
    return made["id"]


@pytest.fixture(scope="class")
def task(owner, project):
    """A task with three images and two jobs, for the tests of one class."""
    new = {"project": project, "name": "Shared", "segment_size": 2}
    made = owner.post("/api/tasks", json=new).json()["id"]
    assert upload(owner, made, (1, 1, 5, 5), (2, 2, 6, 6), (3, 3, 7, 7)).status_code == 201
    return made


def labels(owner, project):
    return [label["name"] for label in owner.get("/api/labels", params={"project": project}).json()["results"]]


def test_the_project_is_there(owner, project):
    assert owner.get(f"/api/projects/{project}").json()["name"] == "Shared"
    assert labels(owner, project) == ["cat", "dog"]


def test_it_can_be_deleted(owner, project):
    assert owner.delete(f"/api/projects/{project}").status_code == 204
    assert owner.get(f"/api/projects/{project}").status_code == 404


def test_it_can_be_deleted_again(owner, project):
    assert owner.delete(f"/api/projects/{project}").status_code == 204


def test_it_can_be_renamed(owner, project):
    assert owner.patch(f"/api/projects/{project}", json={"name": "Renamed"}).json()["name"] == "Renamed"


@pytest.mark.parametrize("name", ["bird", "fish"])
def test_it_can_have_one_more_label(owner, project, name):
    assert owner.post("/api/labels", json={"project": project, "name": name}).status_code == 201
    assert labels(owner, project) == ["cat", "dog", name]


class TestATaskOfTheClass:
    """Each of these finds the task as it was made."""

    def files(self, stack, task):
        return sorted(file.name for file in (stack.folder("media") / f"tasks/{task}").iterdir())

    def test_it_has_its_images_and_jobs(self, owner, stack, task):
        assert self.files(stack, task) == ["000.png", "001.png", "002.png"]
        assert owner.get("/api/jobs", params={"task": task}).json()["count"] == 2

    def test_it_can_be_deleted_with_its_files(self, owner, stack, task):
        assert owner.delete(f"/api/tasks/{task}").status_code == 204
        assert not (stack.folder("media") / f"tasks/{task}").exists()

    @pytest.mark.needs_services("worker")
    def test_the_worker_can_annotate_it(self, owner, project, task):
        assert owner.get(f"/api/tasks/{task}/annotations").json() == []
        label = owner.get("/api/labels", params={"project": project}).json()["results"][0]["id"]
        wanted = {"function": "detector", "label": label}
        assert finished(owner, owner.post(f"/api/tasks/{task}/annotate", json=wanted))["status"] == "finished"
        assert len(owner.get(f"/api/tasks/{task}/annotations").json()) == 3

    def test_a_lost_file_is_found_again_by_the_next_test(self, owner, stack, task):
        (stack.folder("media") / f"tasks/{task}/001.png").unlink()
        assert self.files(stack, task) == ["000.png", "002.png"]

    def test_its_jobs_can_be_finished(self, owner, task):
        for job in owner.get("/api/jobs", params={"task": task}).json()["results"]:
            owner.patch(f"/api/jobs/{job['id']}", json={"state": "completed"})
        assert owner.get(f"/api/tasks/{task}").json()["status"] == "completed"


class TestWithoutSharedData:
    """Where nobody asked for the project, the world is the recorded one, whether it was made before or not."""

    @pytest.mark.parametrize("name", ["first", "second"])
    def test_ids_go_on_from_the_recorded_data(self, api, name):
        made = api.as_user("user1").post("/api/organizations", json={"slug": name, "name": name}).json()
        assert made["id"] == len(recorded("organizations")) + 1

    def test_projects_are_counted(self, api):
        assert api.as_user("admin1").get("/api/projects").json()["count"] >= len(PROJECTS)
