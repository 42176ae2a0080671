"""``statusquo assets update``: what a developer changed in the running stack becomes the test data of the next run."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from statusquo.assets import files, formats, schema, sidecar
from statusquo.assets.dataset import Dataset, Record
from statusquo.assets.schema import Field, Model
from statusquo.assets.volumes import packing, reading
from tests.acceptance.project import STATUSQUO, Project, get, post

pytestmark = pytest.mark.acceptance

SERVER = """
import json, os, sqlite3, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

db = sqlite3.connect(os.environ["DATABASE_URL"].removeprefix("sqlite:///"), isolation_level=None)
db.execute("PRAGMA journal_mode = WAL")
media = Path(os.environ["MEDIA"])


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        names = sorted(each.name for each in media.iterdir())
        self.reply({"rows": db.execute("SELECT id, file FROM note ORDER BY id").fetchall(), "files": names})

    def do_POST(self):
        name = self.rfile.read(int(self.headers["Content-Length"])).decode()
        (media / name).write_text(name)
        self.reply({"id": db.execute("INSERT INTO note (file) VALUES (?)", [name]).lastrowid})

    def reply(self, value):
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""

LOAD = """
import json, pathlib, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("CREATE TABLE note (id INTEGER PRIMARY KEY AUTOINCREMENT, file TEXT NOT NULL)")
db.execute("CREATE TABLE django_migrations (id INTEGER PRIMARY KEY, app TEXT, name TEXT)")
db.execute("INSERT INTO django_migrations (app, name) VALUES ('notes', '0001_initial')")
for row in json.loads(pathlib.Path("assets/data.json").read_text()):
    db.execute("INSERT INTO note (id, file) VALUES (?, ?)", [row["pk"], row["fields"]["file"]])
db.commit()
"""

CONFIG = """
[services.server]
command = "python server.py {port}"
env = { DATABASE_URL = "{main.url}", MEDIA = "{media.path}" }
needs = ["main", "media"]
ready = { http = "/" }

[stores.main]
kind = "sqlite"

[stores.media]
kind = "files"

[baseline]
recipe = ["python load.py {main.path}", { unpack = "assets/media.tar.bz2", into = "media" }]
watch = ["assets/*"]

[assets]
dataset = "assets/data.json"
volumes = { media = "assets/media.tar.bz2" }
exclude = ["*.tmp"]
"""

NOTE = Model(
    "notes.note", table="note", fields=(Field("id", "integer", optional=True), Field("file", "file", max_length=100))
)


@pytest.fixture
def project(tmp_path: Path, kept_baselines: None) -> Iterator[Project]:
    project = Project(tmp_path)
    project.write(statusquo_toml=CONFIG, server_py=SERVER, load_py=LOAD)
    media, rows = tmp_path / "media", Dataset((Record("notes.note", 1, {"file": "first"}),), schema.of(NOTE))
    media.mkdir()
    (media / "first").write_text("first")
    volume, _ = packing.pack(media, tmp_path / "assets" / "media.tar.bz2")
    lock = sidecar.Lock("", {}, {"notes": ("0001_initial",)}, volumes={"media.tar.bz2": volume.digests})
    write = formats.FORMATS[0].write
    assert write
    (tmp_path / "assets" / "data.json").write_text(write(rows.records))
    (tmp_path / "assets" / "data.lock.json").write_text(sidecar.write(sidecar.build(rows, lock)))
    yield project
    project.run("down")
    assert project.processes() == []


def held(project: Project) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in (project.folder / "assets").iterdir()}


def url_of(project: Project) -> str:
    return str(next(each["where"] for each in project.services() if each["name"] == "server"))


def test_what_was_changed_is_what_the_next_run_begins_with(project: Project) -> None:
    before = held(project)
    nothing = project.run("assets", "update", "--no-wait")
    assert (nothing.returncode, nothing.stdout) == (0, ""), nothing.stderr
    assert "there is nothing to commit" in nothing.stderr
    assert held(project) == before

    assert project.run("up").returncode == 0
    post(url_of(project), "second")
    (media,) = (each for each in project.services() if each["name"] == "media")
    (Path(str(media["where"])) / "x.tmp").write_text("left out")
    done = project.run("assets", "update", "--no-wait")
    assert done.returncode == 0, done.stderr
    printed = done.stdout.splitlines()
    assert "main: 2 changes" in printed
    assert printed[-3:] == [
        "notes.note: +1",
        "media.tar.bz2: + second (6 bytes)",
        "git add assets/data.json assets/data.lock.json assets/media.tar.bz2",
    ]
    stored = files.read(project.folder / "assets" / "data.json")
    assert [dict(each.fields) for each in stored.dataset.records] == [{"file": "first"}, {"file": "second"}]
    assert stored.lock
    assert stored.lock.volumes["media.tar.bz2"] == reading.read(project.folder / "assets" / "media.tar.bz2").digests
    assert project.run("lint").returncode == 0

    assert project.run("down").returncode == 0
    assert project.run("up").returncode == 0
    assert get(url_of(project)) == {"rows": [[1, "first"], [2, "second"]], "files": ["first", "second"]}


def test_it_waits_and_leaves_everything_when_it_is_interrupted(project: Project) -> None:
    before = held(project)
    with subprocess.Popen(
        [STATUSQUO, "assets", "update"],
        cwd=project.folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stderr
        url = ""
        for line in process.stderr:
            url = line.split()[-1] if line.startswith("server ") and "http" in line else url
            if line.startswith("Change what you want"):
                break
        post(url, "second")
        process.terminate()
        assert process.wait(60) == 130
        assert "Interrupted" in process.stderr.read()
    assert held(project) == before


def test_data_that_are_not_right_are_written_and_told(project: Project) -> None:
    assert project.run("up").returncode == 0
    post(url_of(project), "second")
    (media,) = (each for each in project.services() if each["name"] == "media")
    (Path(str(media["where"])) / "second").unlink()
    done = project.run("assets", "update", "--no-wait")
    assert done.returncode == 1
    assert "error F092 notes.note:2.file names second, which is not in media.tar.bz2." in done.stdout

    (Path(str(media["where"])) / "link").symlink_to("/etc/passwd")
    post(url_of(project), "third")
    before = held(project)
    refused = project.run("assets", "update", "--no-wait")
    assert (refused.returncode, "link is a link. Nothing was written." in refused.stderr) == (10, True)
    assert held(project) == before


def test_a_folder_takes_the_files_as_well_and_other_stores_do_not(project: Project) -> None:
    project.write(statusquo_toml=CONFIG.replace('{ media = "assets/media.tar.bz2" }', '{ media = "assets/media" }'))
    assert project.run("assets", "update", "--no-wait").returncode == 0
    assert (project.folder / "assets" / "media" / "first").read_text() == "first"
    lock = json.loads((project.folder / "assets" / "data.lock.json").read_text())
    assert lock["volumes"]["media"] == lock["volumes"]["media.tar.bz2"]
    project.write(statusquo_toml=CONFIG.replace("{ media = ", "{ main = "))
    wrong = project.run("assets", "update", "--no-wait")
    assert (wrong.returncode, "assets.volumes.main: 'main' is no folder here." in wrong.stderr) == (2, True)


def test_a_write_that_fails_leaves_all_as_it_was(project: Project) -> None:
    target = project.folder / "assets" / "data.lock.json"
    before = held(project)
    assert project.run("up").returncode == 0
    post(url_of(project), "second")
    target.unlink()
    (project.folder / "assets" / "data.lock.json").mkdir()
    done = project.run("assets", "update", "--no-wait")
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    target.rmdir()
    target.write_bytes(before["data.lock.json"])
    assert held(project) == before
