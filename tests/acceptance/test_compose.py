"""The same projects in containers: the command line, a killed run, and the whole suite of the example."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import docker
import psycopg
import pytest

from tests.acceptance import project as projects
from tests.acceptance.project import CONFIG, OPTIONS, PYTEST, SEED, SERVER, Project, get, post
from tests.acceptance.test_kill import TESTS, kill_pytest
from tests.dockerd import ROOT
from tests.integration.runtimes.compose import composebench
from tests.waiting import eventually

pytestmark = [pytest.mark.acceptance, pytest.mark.usefixtures("kept_baselines")]

COMPOSE = """
services:
  db:
    image: local/statusquo-postgres
    stop_signal: SIGINT
    environment: { POSTGRES_USER: notes, POSTGRES_PASSWORD: secret }
  cache:
    image: local/statusquo-valkey
  server:
    image: local/statusquo-python
    init: true
    working_dir: /app
    command: ["python", "server.py", "8000"]
    expose: ["8000"]
    volumes: [".:/app", "media:/media"]
    environment:
      DATABASE_URL: postgresql://notes:secret@db/notes
      REDIS_URL: redis://cache
      MEDIA: /media
volumes:
  media:
"""

CONFIG_OF_CONTAINERS = (
    CONFIG.replace("[services.db]", 'platform = "compose"\n\n[compose]\nfiles = ["compose.yml"]\n\n[services.db]')
    .replace('kind = "postgres"', 'kind = "postgres"\nextensions = ["pg_trgm"]')
    .replace('kind = "files"', 'kind = "files"\ncompose = { volume = "media" }')
)

PAD = {
    "settings.py": """
import os
from urllib.parse import urlsplit
url = urlsplit(os.environ["DATABASE_URL"])
INSTALLED_APPS = ["pad"]
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "HOST": url.hostname, "USER": url.username,
                         "PASSWORD": url.password, "NAME": url.path[1:]}}
""",
    "manage.py": "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n",
    "pad/__init__.py": "",
    "pad/models.py": """
from django.db import models
class Note(models.Model):
    id = models.AutoField(primary_key=True)
    text = models.TextField()
    class Meta:
        db_table = "note"
""",
    "pad/migrations/__init__.py": "",
    "pad/migrations/0001_initial.py": """
from django.db import migrations, models
class Migration(migrations.Migration):
    operations = [migrations.CreateModel(
        "Note",
        [("id", models.AutoField(primary_key=True)), ("text", models.TextField())],
        options={"db_table": "note"},
    )]
""",
}
MIGRATED = """
CREATE TABLE django_migrations (id serial PRIMARY KEY, app text, name text);
INSERT INTO django_migrations (app, name) VALUES ('pad', '0001_initial');
"""
STARS = """
from django.db import migrations, models
class Migration(migrations.Migration):
    dependencies = [("pad", "0001_initial")]
    operations = [migrations.AddField("note", "stars", models.IntegerField(default=5))]
"""

SERVICE = "com.docker.compose.service=server"
BASE = {"rows": [[1, "first"]], "keys": ["note:1"], "files": ["1.txt"]}


@pytest.fixture
def engine(engine_environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[docker.DockerClient]:
    """An engine that the command line finds too."""
    if "DOCKER_HOST" in engine_environment:
        monkeypatch.setenv("DOCKER_HOST", engine_environment["DOCKER_HOST"])
    with closing(docker.DockerClient.from_env(environment=dict(engine_environment))) as client:
        yield client


@pytest.fixture
def project(tmp_path: Path, engine: docker.DockerClient) -> Iterator[Project]:
    """The notes project, which runs in containers."""
    project = projects.notes(tmp_path, CONFIG_OF_CONTAINERS)
    project.write(compose_yml=COMPOSE, server_py=SERVER.replace("127.0.0.1", "0.0.0.0"), seed_py=SEED)
    yield project
    project.run("down")
    assert project.runs() == []


def test_every_command_reaches_into_containers_and_down_leaves_none(
    project: Project, engine: docker.DockerClient
) -> None:
    pad(project)
    up = project.run("up")
    assert up.returncode == 0, up.stderr
    runs = project.runs()
    url = where(project, "server")
    assert held(url) == BASE
    said = project.run("exec", "server", "python", "-c", "import os; print(os.environ['MEDIA'])")
    assert said.stdout == "/media\n", said.stderr

    post(url, "second")
    assert project.run("diff", "--exit-code").returncode == 1
    rewound = project.run("rewind")
    assert rewound.returncode == 0, rewound.stderr
    assert held(url) == BASE

    asks_a_project_that_lacks_statusquo(project)

    post(url, "second")
    before = get(url)["backend"]
    assert project.run("restart", "server").returncode == 0
    assert get(url)["backend"] != before
    assert "noted 2: second" in project.run("logs", "server").stdout

    for each in engine.containers.list(filters={"label": [f"statusquo.run={of_lane(engine, runs)}", SERVICE]}):
        each.kill()
    assert project.run("status").returncode == 4
    assert [each["state"] for each in project.services() if each["name"] == "server"] == ["dead"]

    assert project.run("down").returncode == 0
    assert left(engine, runs) == []


def pad(project: Project) -> None:
    """A project of Django that has the notes, in the folder that the server's container sees."""
    (project.folder / "pad/migrations").mkdir(parents=True)
    for name, text in PAD.items():
        (project.folder / name).write_text(text)
    with (project.folder / "schema.sql").open("a") as schema:
        schema.write(MIGRATED)


def asks_a_project_that_lacks_statusquo(project: Project) -> None:
    """Its image has Django only: what answers there was brought along, and the files were not seen there."""
    assert project.run("exec", "server", "python", "-c", "import statusquo").returncode == 1
    dumped = project.run("dump", "pad.json", "pad")
    assert dumped.returncode == 0, dumped.stderr
    with (project.folder / "pad/models.py").open("a") as models:
        models.write("    stars = models.IntegerField(default=5)\n")
    (project.folder / "pad/migrations/0002_stars.py").write_text(STARS)
    carried = project.run("migrate-data", "pad.json")
    assert carried.returncode == 0, carried.stderr
    assert "pad.note.stars is new: 5 in 1.\n" in carried.stderr
    (row,) = json.loads((project.folder / "pad.json").read_text())
    assert row == {"model": "pad.note", "pk": 1, "fields": {"stars": 5, "text": "first"}}


def of_lane(engine: docker.DockerClient, runs: list[str]) -> str:
    """The run that has containers."""
    (run,) = [each for each in runs if composebench.left(engine, each)]
    return run


def where(project: Project, name: str) -> str:
    return str(next(service["where"] for service in project.services() if service["name"] == name))


def test_a_database_is_prepared_like_one_of_ours_and_another_compose_file_is_another_stack(project: Project) -> None:
    assert project.run("up").returncode == 0
    with psycopg.connect(where(project, "db"), password="secret") as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("off",)
        assert connection.execute("SELECT similarity('a', 'a')").fetchone() == (1.0,)
    before = project.json("status")["lanes"]
    project.write(compose_yml=COMPOSE.replace("statusquo-valkey", "statusquo-valkey\n    environment: { LIMIT: '1' }"))
    assert project.run("up").returncode == 0
    assert project.json("status")["lanes"] != before
    said = project.run("exec", "server", "env")
    assert "MEDIA=/media" in said.stdout.splitlines(), said.stderr


def test_doctor_looks_at_the_engine_and_the_images(project: Project) -> None:
    seen = project.run("doctor")
    assert seen.returncode == 0, seen.stdout
    for words in ("Docker Compose ", "will run local/statusquo-postgres", "will run local/statusquo-python"):
        assert words in seen.stdout


def test_a_project_without_an_engine(project: Project) -> None:
    up = project.run("up", environ={"DOCKER_HOST": "unix:///nowhere/docker.sock"})
    assert up.returncode == 3
    assert "No container engine answers at unix:///nowhere/docker.sock: there is no such socket." in up.stderr


def held(url: str) -> dict[str, object]:
    return {key: value for key, value in get(url).items() if key != "backend"}


def test_pytest_killed_with_nobody_to_come_after_it(project: Project, engine: docker.DockerClient) -> None:
    project.write(test_notes_py=TESTS)
    kill_pytest(project)
    runs = project.runs()
    assert left(engine, runs) != []
    eventually(lambda: project.runs() == [] and left(engine, runs) == [])


def test_pytest_and_its_supervisor_killed(project: Project, engine: docker.DockerClient) -> None:
    project.write(test_notes_py=TESTS)
    kill_pytest(project)
    place = json.loads((project.folder / ".statusquo" / "supervisor.json").read_text())
    os.kill(place["process"]["pid"], signal.SIGKILL)  # it waits two seconds for another client
    runs = project.runs()
    assert left(engine, runs) != [], "nobody was left to end the containers"

    again = project.pytest("-k", "finds")
    assert again.returncode == 0, again.stdout
    assert left(engine, runs) == []


PREREQUISITE = """
[prerequisites.media]
on = "server"
command = ["python", "-c", "import os, sys; sys.exit(os.environ['MEDIA'] != '/media' and 'elsewhere')"]
hint = "Mount it."
"""
DEATH = """
import docker

def test_kills_the_server(stack, api):
    api.post("/", data="dirt")
    parts = stack.folder("media").parts
    run = parts[parts.index("runs") + 1]
    engine = docker.from_env()
    for each in engine.containers.list(filters={"label": [f"statusquo.run={run}", "SERVICE"]}):
        each.kill()
    engine.close()

def test_finds_the_baseline(api):
    assert api.get("/").json()["rows"] == [[1, "first"]]
"""


def test_a_container_that_dies_is_told_and_started_again_and_commands_of_prerequisites_run_in_it(
    project: Project,
) -> None:
    project.write(statusquo_toml=CONFIG_OF_CONTAINERS + PREREQUISITE, test_death_py=DEATH.replace("SERVICE", SERVICE))
    assert project.run("up").returncode == 0
    done = project.pytest()
    assert "1 failed, 1 passed" in done.stdout, done.stdout
    assert re.search(r"server was ended by SIGKILL .* before this test's end", done.stdout), done.stdout
    assert "    noted 2: dirt" in done.stdout

    project.write(statusquo_toml=CONFIG_OF_CONTAINERS + PREREQUISITE.replace("'/media'", "'/nowhere'"))
    lacking = project.pytest()
    assert lacking.returncode == 9, lacking.stdout
    assert ": exit code 1: elsewhere. Mount it." in lacking.stdout


def left(engine: docker.DockerClient, runs: list[str]) -> list[str]:
    return [each for run in runs for each in composebench.left(engine, run)]


def test_the_example_in_containers(
    tmp_path: Path, engine: docker.DockerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATUSQUO__STACK__PLATFORM", "compose")
    monkeypatch.setenv("STATUSQUO__STACK__STATE", str(tmp_path / "state"))
    for name in ("python", "postgres", "valkey"):
        monkeypatch.setenv(f"ANNOTATION_{name.upper()}", f"local/statusquo-{name}")
    before = {each.id for each in engine.containers.list(all=True)}
    ran = subprocess.run(
        [PYTEST, *OPTIONS, "-q", "-pno:cacheprovider"],
        cwd=ROOT / "examples/annotation",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
    assert {each.id for each in engine.containers.list(all=True)} == before
