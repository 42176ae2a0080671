"""kill -9 in the middle of anything: the next run is right, and nothing of the killed one is left."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.project import STATUSQUO, Project, notes
from tests.waiting import PATIENCE, eventually, wait_for

pytestmark = pytest.mark.acceptance

TESTS = """
import pathlib, time

def test_writes_and_never_ends(api):
    api.post("/", data="dirt")
    pathlib.Path("written").touch()
    time.sleep(600)

def test_finds_the_baseline(api):
    assert api.get("/").json()["rows"] == [[1, "first"]]
"""


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    yield notes(tmp_path)
    assert Project(tmp_path).processes() == []
    assert Project(tmp_path).runs() == []


def kill_pytest(project: Project) -> None:
    """Start the test that never ends, and kill pytest when it has written."""
    with project.started_pytest("-k", "never_ends") as process:
        wait_for(process, project.folder / "written")


def test_pytest_killed_in_the_middle_of_a_test(project: Project) -> None:
    project.write(test_notes_py=TESTS)
    kill_pytest(project)
    assert project.pytest("-k", "finds").returncode == 0, "while the supervisor waits for another client, or just went"
    eventually(lambda: project.processes() == [])


def test_pytest_killed_with_nobody_to_come_after_it(project: Project) -> None:
    project.write(test_notes_py=TESTS)
    kill_pytest(project)
    eventually(lambda: project.processes() == [] and project.runs() == [])


def test_pytest_and_its_supervisor_killed(project: Project) -> None:
    project.write(test_notes_py=TESTS)
    with project.started_pytest("-k", "never_ends") as process:
        wait_for(process, project.folder / "written")
        place = json.loads((project.folder / ".statusquo" / "supervisor.json").read_text())
        os.kill(place["process"]["pid"], signal.SIGKILL)
    assert project.processes() != [], "nobody was left to end the services"
    left = project.runs()

    again = project.pytest("-k", "finds")
    assert again.returncode == 0, again.stdout
    for run in left:
        assert f"removed what run {run} had left" in again.stdout
    assert not Path(place["socket"]).exists()


def test_a_build_killed_in_the_middle_of_a_step(project: Project) -> None:
    project.write(seed_py="import pathlib, time; pathlib.Path('seeding').touch(); time.sleep(600)")
    with project.started(STATUSQUO, "up") as process:
        wait_for(process, project.folder / "seeding")

    project.write(seed_py="")
    assert project.run("up").returncode == 0
    assert not any("seed.py" in each for each in project.processes())
    assert len(project.runs()) == 2, "the database server's and the lane's"
    assert project.run("down").returncode == 0
    assert [each.name for each in (project.folder / ".statusquo" / "baselines").glob("building-*")] == []


def test_interrupting_up_stops_what_it_had_started(project: Project) -> None:
    project.write(seed_py="import pathlib, time; pathlib.Path('seeding').touch(); time.sleep(600)")
    with project.started(STATUSQUO, "up") as process:
        wait_for(process, project.folder / "seeding")
        process.terminate()
        assert process.wait(PATIENCE) == 130
