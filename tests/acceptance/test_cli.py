"""The command line as a user has it: up, look, change something, diff, rewind, down; nothing is left."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.acceptance.project import STATUSQUO, Project, get, notes, post
from tests.waiting import PATIENCE, eventually

pytestmark = pytest.mark.acceptance

BASE = {"rows": [[1, "first"]], "keys": ["note:1"], "files": ["1.txt"]}


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    project = notes(tmp_path)
    yield project
    project.run("down")
    assert project.processes() == []


def url_of(project: Project, name: str) -> str:
    services = project.services()
    return str(next(service["where"] for service in services if service["name"] == name))


def held(url: str) -> dict[str, object]:
    return {key: value for key, value in get(url).items() if key != "backend"}


def test_up_change_diff_rewind_down(project: Project) -> None:
    up = project.run("up")
    assert up.returncode == 0, up.stderr
    url = url_of(project, "server")
    backend = get(url)["backend"]
    assert held(url) == BASE

    clean = project.run("diff", "--exit-code")
    assert (clean.returncode, clean.stdout) == (0, "")

    post(url, "second")
    dirty = project.run("diff", "--exit-code")
    assert dirty.returncode == 1
    for word in ("public.note", "second", "note:2", "2.txt"):
        assert word in dirty.stdout

    rewound = project.run("rewind")
    assert rewound.returncode == 0, rewound.stderr
    assert held(url) == BASE
    assert get(url)["backend"] == backend, "the application kept its connection"
    assert post(url, "again") == {"id": 2}, "the sequence is back as well"

    again = project.run("up")
    assert (again.returncode, "already" in again.stderr) == (0, True)
    assert "noted 2: again" in project.run("logs", "server").stdout

    down = project.run("down")
    assert (down.returncode, project.runs()) == (0, [])
    assert project.run("status").returncode == 8


def test_ctrl_c_is_how_following_the_logs_ends(project: Project) -> None:
    project.run("up")
    post(url_of(project, "server"), "second")
    with following(project) as logs:
        assert logs.stdout
        assert logs.stdout.read(len("server       noted 2")) == "server       noted 2"
        post(url_of(project, "server"), "third")
        assert any("noted 3: third" in line for line in logs.stdout)
        assert project.run("restart", "server").returncode == 0
        post(url_of(project, "server"), "after it was started again")
        assert any("noted 4: after it was started again" in line for line in logs.stdout)
    post(url_of(project, "server"), "x" * 200_000)
    with following(project) as logs:  # the long line does not fit into the pipe: it is being written
        assert logs.stdout
        assert logs.stdout.read(len("server       noted 2")) == "server       noted 2"


def test_following_the_logs_of_a_stack_that_is_stopped_says_so(project: Project) -> None:
    project.run("up")
    with subprocess.Popen([STATUSQUO, "logs", "-f"], cwd=project.folder, stderr=subprocess.PIPE, text=True) as process:
        eventually(lambda: "statusquo logs" in (project.folder / ".statusquo" / "supervisor.log").read_text())
        assert project.run("down").returncode == 0
        _, error = process.communicate(timeout=PATIENCE)
    assert (process.returncode, error) == (
        8,
        "Error: No stack of this project is running. Start it with 'statusquo up'.\n",
    )


@contextmanager
def following(project: Project) -> Iterator[subprocess.Popen[str]]:
    """``logs -f``, which gets a Ctrl-C at the end of the block and ends without a word."""
    words = [str(STATUSQUO), "logs", "-f", "server"]
    with subprocess.Popen(
        words, cwd=project.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=PATIENCE)
        assert (process.returncode, error) == (0, "")


def test_a_baseline_is_taken_from_the_cache_until_a_file_of_its_recipe_changes(project: Project) -> None:
    first = project.run("up")
    project.run("down")
    second = project.run("up")
    assert "python seed.py" in first.stderr
    assert "python seed.py" not in second.stderr
    assert "taken from the cache" in second.stderr
    assert held(url_of(project, "server")) == BASE

    project.write(schema_sql="CREATE TABLE note (id serial PRIMARY KEY, text text NOT NULL);")
    project.run("up")
    assert get(url_of(project, "server"))["rows"] == []
    kept = project.json("baseline", "show")["kept"]
    assert isinstance(kept, list)
    assert len(kept) == 2


def test_baselines_are_shown_rebuilt_and_removed(project: Project) -> None:
    rebuilt = project.run("baseline", "rebuild")
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert "the next run takes it" in project.run("baseline").stdout
    assert "removed" in project.run("baseline", "remove", "--all").stdout
    assert project.json("baseline", "show")["kept"] == []


def test_config_shows_every_value_with_its_source(project: Project) -> None:
    shown = project.run_here("--set", "rewind.settle=7", "config").stdout
    assert "argument --set rewind.settle=7" in shown
    assert "services.db.kind" in shown
    assert "default" in shown


def test_doctor_finds_nothing_missing_here(project: Project) -> None:
    doctor = project.run_here("doctor")
    assert (doctor.returncode, "will run PostgreSQL" in doctor.stdout) == (0, True)
