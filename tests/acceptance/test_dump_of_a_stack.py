"""``statusquo dump`` on the stack of a Django project: the project is asked once, and then the lock knows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance import warehouse
from tests.acceptance.project import Project

pytestmark = pytest.mark.acceptance

REFUSAL = (
    "Error: The service \"keeper\" does not answer what its data are. The 'python' that runs there ended with 1. "
    "It needs Python 3.11 and Django's settings. Run 'python -m statusquo.django' with the same command on a machine "
    "that has the project, with settings that lead to the stack: 'statusquo env' says where it answers.\n"
)
DUMPED = """\
statusquo: goods.bin: +1
statusquo: Left out: auth.permission: Django makes these rows itself, with numbers of its own.
statusquo: data.json: 5 rows of 3 models.
statusquo: data.json written.
statusquo: data.lock.json written.
"""


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with warehouse.opened(tmp_path) as project:
        yield project


def counts(project: Project) -> dict[str, int]:
    found: dict[str, int] = json.loads((project.folder / "data.lock.json").read_text())["counts"]
    return found


def test_the_project_is_asked_once_and_then_its_lock_knows(project: Project) -> None:
    first = project.run("-q", "dump", "--json")
    assert (first.returncode, first.stderr) == (0, "")
    assert json.loads(first.stdout)["changed"] == ["data.json", "data.lock.json"]
    assert counts(project) == {"auth.group": 1, "auth.user": 1, "goods.bin": 2}
    assert project.run("up").returncode == 0
    assert project.run("exec", "keeper", "python", "-m", "goods.later").returncode == 0
    assert project.run("exec", "keeper", "python", "-c", warehouse.NEW).returncode == 0

    closed = project.folder / "closed"
    closed.touch()
    check = project.run("dump", "--check")
    assert (check.returncode, check.stdout) == (1, "goods.bin: +1\n")
    assert check.stderr.endswith("data.json not as the rows are.\ndata.lock.json not as the rows are.\n")
    asked = project.run("dump", "other.json")
    assert asked.returncode == 10
    assert asked.stderr.startswith(REFUSAL)
    assert "RuntimeError: The warehouse is closed." in asked.stderr
    assert not (project.folder / "other.json").exists()

    dumped = project.pytest("--dumpdb")
    assert (dumped.returncode, dumped.stdout) == (0, DUMPED)
    assert counts(project)["goods.bin"] == 3
    assert project.run("dump", "--check").returncode == 0

    closed.unlink()
    carried = project.run("migrate-data", "--check")
    assert carried.returncode == 0
    assert carried.stderr == "data.json: the data are of the project's last migrations.\n"
