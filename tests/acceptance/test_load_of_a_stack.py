"""``statusquo load`` into the stack of a Django project, which is not asked where a lock says what its models are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance import warehouse
from tests.acceptance.project import Project

pytestmark = pytest.mark.acceptance

BINS = [
    {"model": "goods.bin", "pk": 1, "fields": {"code": "hall", "near": [2]}},
    {"model": "goods.bin", "pk": 2, "fields": {"code": "shelf", "inside": None}},
]
ITEM = {"name": "x", "price": "1.00", "grade": "b", "code": "0x1f", "added": "2026-01-05", "changed": "2026-01-05"}
WRONG = [{"model": "goods.item", "pk": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "fields": ITEM}]
THERE = "Error: 4 things keep the data from being loaded; nothing was."
REFUSAL = """\
Error: 1 thing keeps the data from being loaded; nothing was.
    wrong.json:1: goods.item:a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11 code can only be written by the project's own code. \
Run 'python -m statusquo.django load' by 'statusquo exec'.
"""
OTHER = (
    "Error: data.lock.json is not the lock of the rows in data.json. Somebody changed one of them without the other. "
    "If the rows are right: 'statusquo lint --fix data.json'.\n"
)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with warehouse.opened(tmp_path) as project:
        yield project


def test_data_come_into_the_stack_and_go_with_a_rewind(project: Project) -> None:
    assert project.run("load").stderr == "Error: data.json: cannot be read. No such file or directory.\n"
    assert project.run("up").returncode == 0
    assert project.run("-q", "dump").returncode == 0
    same = project.run("load", "--mode", "check")
    assert (same.returncode, same.stdout, same.stderr) == (0, "", "")

    closed = project.folder / "closed"
    closed.touch()  # the lock knows all, and the project is not asked
    for name, rows in (("bins", BINS), ("wrong", WRONG)):
        (project.folder / f"{name}.json").write_text(json.dumps(rows))
    asked = project.run("load", "bins.json")
    assert (asked.returncode, "does not answer what its data are" in asked.stderr) == (10, True)
    again = project.run("load", "--mode", "insert")
    assert (again.returncode, again.stderr.splitlines()[0]) == (10, THERE)
    done = project.run("load")
    assert (done.returncode, done.stdout) == (0, "auth.group: ~1\nauth.user: ~1\ngoods.bin: ~2\n")

    closed.unlink()
    assert project.run("exec", "keeper", "python", "-c", warehouse.NEW).returncode == 0
    done = project.run("load", "bins.json", "--mode", "replace")
    assert (done.returncode, done.stdout) == (0, "goods.bin: ~2, -1\n")
    assert project.run("load", "wrong.json").stderr == REFUSAL
    differing = project.run("load", "--mode", "check")
    assert (differing.returncode, differing.stdout) == (1, "~ goods.bin:2: inside null → 1\n")
    assert project.run("rewind").returncode == 0
    assert project.run("load", "--mode", "check").returncode == 0


def test_a_lock_of_other_rows_is_refused(project: Project) -> None:
    (project.folder / "data.json").write_text(json.dumps(BINS))
    (project.folder / "data.lock.json").write_text('{"format": 1, "content": "sha256:0", "counts": {}}')
    assert project.run("load").stderr == OTHER
