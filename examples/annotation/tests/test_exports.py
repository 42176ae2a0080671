"""Exports and imports: the worker does them, the data volume carries the files."""

import io
import json
import zipfile

import pytest

from matrix import cases, was_allowed
from pictures import picture, upload
from waiting import finished, idle
from world import CELLS, CROWS, GULLS, LABELS, NORTH, SIGNS, TASKS

pytestmark = pytest.mark.needs_services("worker")

PLATE = TASKS["Plate 1"]
UNKNOWN = "00000000-0000-4000-8000-000000000000"
BOX = {"frame": 3, "label": "yield", "kind": "rectangle", "points": [1.0, 2.0, 3.0, 4.0]}


def exported(client, task, **options):
    request = finished(client, client.post(f"/api/tasks/{task}/export", json=options))
    assert request["status"] == "finished", request
    reply = client.get(f"/api/requests/{request['id']}/download")
    assert reply.headers["Content-Type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(reply.content))


def annotations_in(archive):
    return json.loads(archive.read("annotations.json"))


def imported(client, task, content):
    files = {"file": ("annotations.json", content, "application/json")}
    return finished(client, client.post(f"/api/tasks/{task}/import", files=files))


def shapes_of(client, task):
    return client.get(f"/api/tasks/{task}/annotations").json()


def test_an_export_holds_the_annotations(api):
    client = api.as_user("supervisor1")
    with exported(client, NORTH) as archive:
        assert archive.namelist() == ["annotations.json"]
        content = annotations_in(archive)
    assert content["task"] == "North road"
    assert [shape["points"] for shape in content["shapes"]] == [shape["points"] for shape in shapes_of(client, NORTH)]
    assert {shape["label"] for shape in content["shapes"]} == {"stop"}


def test_an_export_with_images_holds_their_bytes(api):
    client = api.as_user("supervisor1")
    with exported(client, GULLS, images=True) as archive:
        assert archive.namelist() == ["annotations.json", "images/000.png", "images/001.png"]
        assert archive.read("images/001.png") == client.get(f"/api/tasks/{GULLS}/frames/1").content


def test_an_empty_task_has_an_empty_export(api):
    with exported(api.as_user("supervisor1"), CROWS) as archive:
        assert annotations_in(archive) == {"task": "Crows", "shapes": []}


def test_an_export_lies_in_the_data_volume(api, stack):
    client = api.as_user("supervisor1")
    request = finished(client, client.post(f"/api/tasks/{NORTH}/export", json={}))
    assert [file.name for file in (stack.folder("media") / "exports").iterdir()] == [f"{request['id']}.zip"]


def test_a_request_tells_what_it_is(api):
    client = api.as_user("supervisor1")
    request = finished(client, client.post(f"/api/tasks/{NORTH}/export", json={}))
    assert (request["operation"], request["task"], request["message"]) == ("export", NORTH, "")


def test_the_worker_says_what_it_did(api, stack):
    if not stack.has_log("worker"):
        pytest.skip("needs the worker's log, and somebody else runs the worker")
    client = api.as_user("supervisor1")
    request = finished(client, client.post(f"/api/tasks/{NORTH}/export", json={}))
    assert request["id"] in stack.logs("worker")


def test_everybody_sees_their_own_requests(api):
    mine, theirs = api.as_user("supervisor1"), api.as_user("owner1")
    first = finished(mine, mine.post(f"/api/tasks/{NORTH}/export", json={}))
    second = finished(mine, mine.post(f"/api/tasks/{GULLS}/export", json={}))
    assert mine.get("/api/requests").json() == {"count": 2, "results": [first, second]}
    assert theirs.get("/api/requests").json() == {"count": 0, "results": []}


@pytest.mark.parametrize(("who", "status"), [("supervisor1", 200), ("admin1", 200), ("owner1", 403), ("worker1", 403)])
def test_an_export_is_for_the_one_who_asked(api, who, status):
    client = api.as_user("supervisor1")
    request = finished(client, client.post(f"/api/tasks/{NORTH}/export", json={}))
    assert api.as_user(who).get(f"/api/requests/{request['id']}/download").status_code == status


def test_an_unknown_request_is_not_found(api):
    assert api.as_user("admin1").get(f"/api/requests/{UNKNOWN}").status_code == 404
    assert api.as_user("admin1").get(f"/api/requests/{UNKNOWN}/download").status_code == 404


@pytest.mark.parametrize(
    ("who", "action", "may"),
    cases(
        {
            "export": "admin1 owner1 maintainer1 supervisor1 worker2",
            "import": "admin1 owner1 maintainer1 supervisor1 worker2",
        }
    ),
)
def test_who_may_export_and_import(api, who, action, may):
    client, path = api.as_user(who), f"/api/tasks/{NORTH}/{action}"
    if action == "export":
        reply = client.post(path, json={})
    else:
        reply = client.post(path, files={"file": ("annotations.json", '{"shapes": []}')})
    assert was_allowed(reply) == may
    idle(api)


class TestImporting:
    """A file's shapes take the place of the task's own."""

    def test_an_export_can_be_imported_again(self, api):
        client = api.as_user("supervisor1")
        before = shapes_of(client, NORTH)
        with exported(client, NORTH) as archive:
            content = archive.read("annotations.json")
        client.delete("/api/jobs/1/annotations")
        assert imported(client, NORTH, content)["status"] == "finished"
        after = shapes_of(client, NORTH)
        assert [(shape["frame"], shape["points"]) for shape in after] == [
            (shape["frame"], shape["points"]) for shape in before
        ]
        assert {shape["source"] for shape in after} == {"file"}

    def test_shapes_land_in_the_job_that_has_their_frame(self, api):
        client = api.as_user("supervisor1")
        imported(client, NORTH, json.dumps({"shapes": [BOX]}))
        shape = api.as_user("worker2").get("/api/jobs/2/annotations").json()[0]
        assert (shape["frame"], shape["label"], shape["points"]) == (3, LABELS[SIGNS, "yield"], BOX["points"])
        assert client.get("/api/jobs/1/annotations").json() == []

    @pytest.mark.parametrize("content", ['{"shapes": []}', "not JSON"])
    def test_nothing_of_the_file_stays_in_the_volume(self, api, stack, content):
        imported(api.as_user("supervisor1"), NORTH, content)
        assert list((stack.folder("media") / "imports").iterdir()) == []

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            ("not JSON", "The file is not an export of a task."),
            ("[]", "The file is not an export of a task."),
            ("{}", "The file is not an export of a task."),
            ('{"shapes": [{"frame": 0}]}', 'Not a shape: {"frame": 0}'),
            ('{"shapes": ["box"]}', 'Not a shape: "box"'),
            (json.dumps({"shapes": [{**BOX, "frame": 4}]}), "The task has no frame 4."),
            (json.dumps({"shapes": [BOX, {**BOX, "label": "gull"}]}), "The project has no label 'gull'."),
        ],
    )
    def test_a_file_that_does_not_fit_changes_nothing(self, api, content, message):
        client = api.as_user("supervisor1")
        before = shapes_of(client, NORTH)
        request = imported(client, NORTH, content)
        assert (request["status"], request["message"]) == ("failed", message)
        assert shapes_of(client, NORTH) == before

    def test_a_request_without_a_file_is_refused(self, api):
        reply = api.as_user("supervisor1").post(f"/api/tasks/{NORTH}/import", files={"other": ("a", b"b")})
        assert reply.status_code == 400
        assert reply.json() == {"file": ["No file was submitted."]}


class TestDetecting:
    """The function service finds the bright box of a picture."""

    def annotate(self, client, task, **options):
        wanted = {"function": "detector", "label": LABELS[CELLS, "nucleus"], **options}
        return finished(client, client.post(f"/api/tasks/{task}/annotate", json=wanted))

    def test_it_finds_the_box_in_every_image(self, api):
        client = api.as_user("owner2")
        task = client.post("/api/tasks", json={"project": CELLS, "name": "Plate 2"}).json()["id"]
        upload(client, task, (1, 2, 7, 9), (10, 11, 30, 20))
        assert self.annotate(client, task)["status"] == "finished"
        assert [(shape["frame"], shape["points"], shape["source"]) for shape in shapes_of(client, task)] == [
            (0, [1, 2, 7, 9], "auto"),
            (1, [10, 11, 30, 20], "auto"),
        ]

    def test_a_dark_picture_has_no_shapes(self, api):
        client = api.as_user("owner2")
        task = client.post("/api/tasks", json={"project": CELLS, "name": "Plate 2"}).json()["id"]
        client.post(f"/api/tasks/{task}/upload", files=[("files", ("dark.png", picture((0, 0, 0, 0))))])
        assert self.annotate(client, task)["status"] == "finished"
        assert shapes_of(client, task) == []

    def test_what_people_drew_stays(self, api):
        client = api.as_user("owner2")
        before = shapes_of(client, PLATE)
        self.annotate(client, PLATE)
        assert [shape for shape in shapes_of(client, PLATE) if shape["source"] == "manual"] == before

    def test_a_second_run_takes_the_place_of_the_first(self, api):
        client = api.as_user("owner2")
        self.annotate(client, PLATE)
        first = shapes_of(client, PLATE)
        self.annotate(client, PLATE)
        assert len(shapes_of(client, PLATE)) == len(first)

    def test_an_unknown_function_fails(self, api):
        request = self.annotate(api.as_user("owner2"), PLATE, function="oracle")
        assert (request["status"], request["message"]) == ("failed", "There is no function 'oracle'.")

    def test_a_label_of_another_project_fails(self, api):
        request = self.annotate(api.as_user("owner2"), PLATE, label=LABELS[SIGNS, "stop"])
        assert (request["status"], request["message"]) == ("failed", "The label belongs to another project.")

    def test_an_image_that_cannot_be_read_fails(self, api):
        client = api.as_user("owner2")
        task = client.post("/api/tasks", json={"project": CELLS, "name": "Plate 2"}).json()["id"]
        client.post(f"/api/tasks/{task}/upload", files=[("files", ("cut.png", picture()[:60]))])
        request = self.annotate(client, task)
        assert (request["status"], request["message"]) == (
            "failed",
            "detector cannot read this image: the file is damaged.",
        )

    @pytest.mark.parametrize(("who", "status"), [("maintainer2", 202), ("worker3", 202), ("supervisor1", 403)])
    def test_who_may_ask_for_it(self, api, who, status):
        wanted = {"function": "detector", "label": LABELS[CELLS, "nucleus"]}
        assert api.as_user(who).post(f"/api/tasks/{PLATE}/annotate", json=wanted).status_code == status
        idle(api)
