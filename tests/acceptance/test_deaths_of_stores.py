"""kill -9 of PostgreSQL and Redis in the middle of a run: told at once, and the next tests find the baseline."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.project import Project, notes

pytestmark = pytest.mark.acceptance

KILLING = (Path(__file__).parents[1] / "integration" / "pytest_plugin" / "service" / "killing.py").read_text()
WAITING = (Path(__file__).parents[1] / "waiting.py").read_text()
TESTS = """
import pytest
from killing import kill

NAME = "{name}"
BASE = {{"rows": [[1, "first"]], "keys": ["note:1"], "files": ["1.txt"]}}

@pytest.fixture(scope="module")
def shared(api):
    return api.post("/", content="of the module").json()["id"]

def held(api):
    return {{key: value for key, value in api.get("/").json().items() if key != "backend"}}

def test_before(api):
    assert api.post("/", content="x").json() == {{"id": 2}}

def test_dies(api, shared):
    api.post("/", content="y")
    kill(NAME)

def test_after(api):
    assert held(api) == BASE
    assert api.post("/", content="z").json() == {{"id": 2}}, "the sequence is back"

def test_shared_again(api, shared):
    assert shared == 2
    assert held(api)["rows"] == [[1, "first"], [2, "of the module"]]
    api.post("/", content="w")

def test_rewinds_to_the_layer(api, shared):
    assert held(api)["keys"] == ["note:1", "note:2"]
    assert held(api)["files"] == ["1.txt", "2.txt"]
"""


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    project = notes(tmp_path)
    project.write(killing_py=KILLING)
    yield project
    assert project.processes() == []
    assert project.runs() == []


@pytest.mark.parametrize("name", ["db", "cache", "server"])
def test_the_next_tests_find_the_baseline(project: Project, name: str) -> None:
    project.write(test_notes_py=TESTS.format(name=name))
    run = project.pytest("--verify=always")
    assert re.search(rf"{name} was ended by SIGKILL [\d.]+ m?s before this test's end\.", run.stdout), run.stdout
    assert re.search(r"=+ 1 failed, 4 passed in ", run.stdout), run.stdout
    assert run.returncode == 1


def test_a_store_that_dies_between_tests_is_back_before_the_next(project: Project) -> None:
    project.write(
        test_notes_py="""
        from killing import kill
        def test_a(api):
            api.post("/", content="x")
        def test_db():
            kill("db")
        def test_b(api):
            assert api.post("/", content="y").json() == {"id": 2}
        def test_cache():
            kill("cache")
        def test_c(api):
            assert api.get("/").json()["keys"] == ["note:1"]
        """
    )
    run = project.pytest()
    assert run.returncode == 0, run.stdout
    assert "db was ended by SIGKILL between test_notes.py::test_a and test_notes.py::test_b" in run.stdout
    assert "cache was ended by SIGKILL between test_notes.py::test_b and test_notes.py::test_c" in run.stdout


def test_both_lanes_recover_when_the_server_that_they_share_dies(project: Project) -> None:
    project.write(
        waiting_py=WAITING,
        test_notes_py="""
        import os, pathlib, pytest
        from killing import kill
        from waiting import eventually

        killed = pathlib.Path("killed")

        @pytest.mark.parametrize("n", range(16))
        def test_a(api, n):
            assert api.get("/").json()["rows"] == [[1, "first"]]
            assert api.post("/", content="x").json() == {"id": 2}
            pathlib.Path(os.environ["PYTEST_XDIST_WORKER"] + ".ran").touch()
            if n > 8:  # either lane still has tests when the server dies
                eventually(killed.exists)
            elif n > 3 and not killed.exists():
                eventually(lambda: len(list(pathlib.Path().glob("*.ran"))) == 2)
                killed.touch()
                kill("db")
        """,
    )
    run = project.pytest("-n2")
    outcomes = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|errors?)", run.stdout)}
    assert outcomes["passed"] >= 12, run.stdout
    assert run.stdout.count("db was ended by SIGKILL") >= 2, run.stdout
    assert run.returncode == 1
