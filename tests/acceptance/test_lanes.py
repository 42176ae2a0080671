"""Lanes apart: each worker has a database of its own, which goes with its lane; who waits for another says so."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.acceptance.project import SEED, SERVER, STATUSQUO, Project, notes
from tests.acceptance.test_bad_input import admin_url
from tests.waiting import PATIENCE, eventually

pytestmark = pytest.mark.acceptance

STAYING = """
import pathlib, time
import pytest

@pytest.mark.parametrize("number", range(2))
def test_stays_until_the_other_lane_has_failed(api, number):
    while not pathlib.Path(".statusquo/failed").exists():
        time.sleep(0.02)
"""
APART = """
import pathlib, time
import pytest

@pytest.mark.parametrize("number", range(2))
def test_sees_its_own(stack, api, number):
    api.post("/", data=f"mine {number}")
    pathlib.Path(f"here-{number}").write_text(stack.url("db").rsplit("/", 1)[1])
    while not pathlib.Path(f"here-{1 - number}").exists():
        time.sleep(0.02)
    assert [text for _, text in api.get("/").json()["rows"]] == ["first", f"mine {number}"]
"""


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    project = notes(tmp_path)
    yield project
    project.run("down")
    assert project.processes() == []


def databases(project: Project) -> list[str]:
    """Those of the lanes, as the server has them."""
    record = next((project.folder / ".statusquo" / "runs").glob("*/record.json")).read_text()
    with psycopg.connect(admin_url(record)) as connection:
        found = connection.execute("SELECT datname FROM pg_database WHERE datname ~ '^app(_lane.*)?$' ORDER BY 1")
        return [name for (name,) in found]


@pytest.mark.usefixtures("kept_baselines")
def test_each_worker_has_a_database_that_goes_with_its_lane(project: Project) -> None:
    assert project.run("up").returncode == 0
    project.write(
        server_py="import os\nassert 'lane2' not in os.environ['DATABASE_URL'], 'not here'\n" + SERVER,
        test_staying_py=STAYING,
    )
    failed = project.pytest("-n2")
    assert "1 passed, 1 error" in failed.stdout, failed.stdout
    assert "not here" in failed.stdout
    assert databases(project) == ["app"], "that of the lane which could not be started is gone"

    (project.folder / "test_staying.py").unlink()
    project.write(server_py=SERVER, test_apart_py=APART)
    done = project.pytest("-n2")
    assert done.returncode == 0, done.stdout
    assert sorted(each.read_text() for each in project.folder.glob("here-*")) == ["app", "app_lane2"]
    assert databases(project) == ["app", "app_lane2"], "it is there for the next worker"


@pytest.mark.parametrize("places", [("a", "a"), ("a", "b")], ids=["one checkout", "two checkouts"])
def test_who_waits_for_a_baseline_that_another_builds_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, places: tuple[str, str]
) -> None:
    monkeypatch.setenv("STATUSQUO__BASELINE__CACHE", str(tmp_path / "cache"))
    for name in set(places):
        (tmp_path / name).mkdir()
        notes(tmp_path / name).write(
            seed_py=f"import pathlib, time\nhere = pathlib.Path({str(tmp_path)!r})\n(here / 'building').touch()\n"
            f"while not (here / 'go').exists():\n    time.sleep(0.02)\n{SEED}"
        )
    builder, waiter = (Project(tmp_path / name) for name in places)
    with builder.started(STATUSQUO, "up") as first:
        eventually((tmp_path / "building").exists)
        with subprocess.Popen([STATUSQUO, "up"], cwd=waiter.folder, stderr=subprocess.PIPE, text=True) as second:
            assert second.stderr
            said = second.stderr.readline()
            (tmp_path / "go").touch()
            second.communicate(timeout=PATIENCE)
        assert (first.wait(PATIENCE), second.returncode) == (0, 0)
    assert said.endswith(" is being made ready by another run: waiting for it\n"), said
    for each in {builder, waiter}:
        assert each.run("down").returncode == 0
    assert len(list((tmp_path / "cache").glob("*/complete.json"))) == 1
