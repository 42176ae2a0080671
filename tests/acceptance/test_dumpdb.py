"""``pytest --dumpdb``: what was changed by hand in the running stack goes back to where the recipe loads it from."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.project import CONFIG, Project, notes, post

pytestmark = pytest.mark.acceptance

DUMP = """
import os, pathlib, psycopg
rows = psycopg.connect(os.environ["DATABASE_URL"]).execute("SELECT text FROM note ORDER BY id").fetchall()
pathlib.Path("dumped.txt").write_text(" ".join(text for text, in rows))
"""


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    project = notes(tmp_path, CONFIG.replace("[baseline]", '[baseline]\ndump = "python dump.py"'))
    project.write(dump_py=DUMP)
    yield project
    project.run("down")


def test_the_data_of_the_running_stack_are_written_back(project: Project) -> None:
    assert project.run("up").returncode == 0
    url = next(str(service["where"]) for service in project.services() if service["name"] == "server")
    post(url, "second")
    dumped = project.pytest("--dumpdb")
    assert (dumped.returncode, dumped.stdout) == (0, "statusquo: dumped by 'python dump.py'\n")
    assert (project.folder / "dumped.txt").read_text() == "first second"


def test_a_dump_that_fails_says_so(project: Project) -> None:
    project.write(dump_py="raise SystemExit(3)")
    assert project.run("up").returncode == 0
    dumped = project.pytest("--dumpdb")
    assert (dumped.returncode, "'python dump.py' failed with exit code 3" in dumped.stdout) == (5, True)


def test_without_a_stack_there_is_nothing_to_dump(project: Project) -> None:
    dumped = project.pytest("--dumpdb")
    assert dumped.returncode == 8
    assert dumped.stdout == "statusquo: No stack of this project is running. Start it with 'statusquo up'.\n"


def test_without_a_command_it_says_what_to_write(project: Project) -> None:
    project.write(statusquo_toml=CONFIG)
    dumped = project.pytest("--dumpdb")
    assert dumped.returncode == 2
    assert dumped.stdout.startswith(
        "statusquo: statusquo.toml: it is not said what --dumpdb writes. It writes the data "
    )
