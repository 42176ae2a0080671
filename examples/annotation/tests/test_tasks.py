"""Tasks and their images: rows in the database, files in the data volume."""

import hashlib

import pytest

from matrix import cases, was_allowed
from pictures import picture, upload
from world import BIRDS, CROWS, GULLS, NORTH, SIGNS, USERS

BOXES = [(1, 1, 9, 9), (2, 2, 10, 10), (3, 3, 11, 11)]


def refusal(reply):
    assert reply.status_code == 400, reply.text
    return reply.json()["files"]


def test_a_task_is_made_read_changed_and_deleted(api):
    client = api.as_user("supervisor1")
    made = client.post("/api/tasks", json={"project": SIGNS, "name": "West road"})
    assert made.status_code == 201
    assert (made.json()["status"], made.json()["size"]) == ("empty", 0)
    path = f"/api/tasks/{made.json()['id']}"
    assert client.get(path).json() == made.json()
    assert client.patch(path, json={"name": "East road"}).json()["name"] == "East road"
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("new", "field"),
    [
        ({"project": SIGNS}, "name"),
        ({"project": 999, "name": "West road"}, "project"),
        ({"project": SIGNS, "name": "West road", "segment_size": 0}, "segment_size"),
        ({"project": SIGNS, "name": "West road", "assignee": USERS["user1"]}, "assignee"),
    ],
)
def test_a_task_that_cannot_be_is_refused(api, new, field):
    reply = api.as_user("owner1").post("/api/tasks", json=new)
    assert reply.status_code == 400
    assert list(reply.json()) == [field]


@pytest.mark.parametrize(
    ("who", "action", "may"),
    cases(
        {
            "create": "admin1 owner1 maintainer1 supervisor1",
            "view": "admin1 owner1 maintainer1 supervisor1 worker1 worker2",
            "update": "admin1 owner1 maintainer1 supervisor1 worker2",
            "upload": "admin1 owner1 maintainer1 supervisor1 worker2",
            "delete": "admin1 owner1 maintainer1 supervisor1",
        }
    ),
)
def test_what_one_may_do_with_a_task(api, who, action, may):
    """North road belongs to supervisor1 and is assigned to worker2."""
    client, path = api.as_user(who), f"/api/tasks/{NORTH}"
    match action:
        case "create":
            reply = client.post("/api/tasks", json={"project": SIGNS, "name": "West road"})
        case "view":
            reply = client.get(path)
        case "update":
            reply = client.patch(path, json={"name": "Renamed"})
        case "upload":
            reply = upload(client, NORTH, BOXES[0])
            if may:
                assert refusal(reply) == "The task has its images already."
                return
        case "delete":
            reply = client.delete(path)
    assert was_allowed(reply) == may


class TestUploading:
    """Images arrive."""

    def test_the_images_are_listed_in_the_order_they_were_sent(self, api):
        client = api.as_user("supervisor1")
        assert upload(client, CROWS, *BOXES).status_code == 201
        images = client.get(f"/api/tasks/{CROWS}/data").json()
        assert [image["name"] for image in images] == ["000.png", "001.png", "002.png"]
        assert [image["sha256"] for image in images] == [hashlib.sha256(picture(box)).hexdigest() for box in BOXES]
        assert {(image["width"], image["height"]) for image in images} == {(32, 24)}

    def test_the_files_are_in_the_data_volume(self, api, stack):
        upload(api.as_user("supervisor1"), CROWS, *BOXES)
        folder = stack.folder("media") / f"tasks/{CROWS}"
        assert {file.name: file.read_bytes() for file in folder.iterdir()} == {
            f"{frame:03}.png": picture(box) for frame, box in enumerate(BOXES)
        }

    def test_a_frame_comes_back_as_it_was_sent(self, api):
        client = api.as_user("supervisor1")
        upload(client, CROWS, *BOXES)
        reply = client.get(f"/api/tasks/{CROWS}/frames/1")
        assert reply.headers["Content-Type"] == "image/png"
        assert reply.content == picture(BOXES[1])

    def test_the_task_is_cut_into_jobs(self, api):
        client = api.as_user("owner1")
        new = {"project": BIRDS, "name": "Swans", "segment_size": 2}
        task = client.post("/api/tasks", json=new).json()["id"]
        upload(client, task, *BOXES)
        jobs = client.get("/api/jobs", params={"task": task}).json()["results"]
        assert [(job["start"], job["stop"], job["state"]) for job in jobs] == [(0, 1, "new"), (2, 2, "new")]
        body = client.get(f"/api/tasks/{task}").json()
        assert (body["size"], body["status"]) == (3, "annotation")

    def test_nothing_is_kept_of_an_upload_with_a_bad_image(self, api, stack):
        client = api.as_user("supervisor1")
        files = [("files", ("good.png", picture())), ("files", ("bad.png", b"GIF89a" + bytes(30)))]
        reply = client.post(f"/api/tasks/{CROWS}/upload", files=files)
        assert refusal(reply) == "bad.png: not a PNG image."
        assert client.get(f"/api/tasks/{CROWS}/data").json() == []
        assert not (stack.folder("media") / f"tasks/{CROWS}").exists()

    def test_two_images_of_one_name_are_refused(self, api):
        files = [("files", ("one.png", picture())), ("files", ("one.png", picture(BOXES[0])))]
        reply = api.as_user("supervisor1").post(f"/api/tasks/{CROWS}/upload", files=files)
        assert refusal(reply) == "Two images have the same name."

    def test_an_upload_of_nothing_is_refused(self, api):
        files = [("other", ("one.png", picture()))]
        reply = api.as_user("supervisor1").post(f"/api/tasks/{CROWS}/upload", files=files)
        assert refusal(reply) == "No image was sent."

    def test_a_name_leads_nowhere_else(self, api, stack):
        files = [("files", ("../../../outside.png", picture()))]
        reply = api.as_user("supervisor1").post(f"/api/tasks/{CROWS}/upload", files=files)
        assert [image["name"] for image in reply.json()] == ["outside.png"]
        assert (stack.folder("media") / f"tasks/{CROWS}/outside.png").is_file()


def test_a_recorded_frame_is_in_the_restored_volume(api):
    images = api.as_user("worker1").get(f"/api/tasks/{GULLS}/data").json()
    for image in images:
        data = api.as_user("worker1").get(f"/api/tasks/{GULLS}/frames/{image['frame']}").content
        assert hashlib.sha256(data).hexdigest() == image["sha256"]


def test_there_is_no_frame_after_the_last(api):
    assert api.as_user("worker1").get(f"/api/tasks/{GULLS}/frames/2").status_code == 404


def test_frames_are_not_for_strangers(api):
    assert api.as_user("owner2").get(f"/api/tasks/{GULLS}/frames/0").status_code == 403


def test_the_files_go_with_the_task(api, stack):
    folder = stack.folder("media") / f"tasks/{GULLS}"
    assert len(list(folder.iterdir())) == 2
    assert api.as_user("owner1").delete(f"/api/tasks/{GULLS}").status_code == 204
    assert not folder.exists()
