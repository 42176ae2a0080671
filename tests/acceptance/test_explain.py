"""``statusquo explain`` tells of each store of the running stack what becomes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.project import Project, notes

pytestmark = pytest.mark.acceptance

NOTE = {
    "fate": "restored",
    "store": "db",
    "what": "plain table",
    "where": "public.note",
    "how": "journaled by statement; found by id",
}


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    project = notes(tmp_path)
    yield project
    project.run("down")


def test_without_a_stack_it_says_so(project: Project) -> None:
    explained = project.run("explain")
    assert (explained.returncode, "No stack of this project is running." in explained.stderr) == (8, True)


def test_it_explains_each_store(project: Project) -> None:
    project.run("up")
    shown = project.run("explain")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout.splitlines()[0].split() == ["STORE", "FATE", "WHAT", "WHERE", "HOW"]
    facts = json.loads(project.run("explain", "--json").stdout)
    assert {fact["store"] for fact in facts} == {"db", "cache", "media"}
    assert {fact["fate"] for fact in facts} == {"given", "restored", "reported", "left out"}
    assert NOTE in facts
