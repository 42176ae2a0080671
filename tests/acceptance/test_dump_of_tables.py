"""A stack without Django: its tables say what the models are, for dump, load, recipe, and what works without it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.project import Project
from tests.acceptance.test_cli_sqlite import CONFIG, SERVER

pytestmark = pytest.mark.acceptance

MIGRATE = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)")
db.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL, author INTEGER REFERENCES author)")
db.execute("INSERT INTO author VALUES (1, 'Ann'), (2, 'Bob')")
db.execute("INSERT INTO note VALUES (1, 'first', 1)")
db.commit()
"""
EMPTY = "".join(line for line in MIGRATE.splitlines(keepends=True) if "INSERT" not in line)
LOADED = CONFIG.replace('{main.path}"]', '{main.path}", { load = "data.jsonl" }]')
PRINTED = """\
{"model": "public.author", "pk": 1, "fields": {"name": "Ann"}}
{"model": "public.author", "pk": 2, "fields": {"name": "Bob"}}
{"model": "public.note", "pk": 1, "fields": {"author": 1, "text": "first"}}
"""
WRONG = '{"model": "public.note", "pk": 2, "fields": {"text": "second", "author": 9}}\n'
REFUSAL = """\
Error: 1 thing keeps the data from being loaded; nothing was.
    wrong.jsonl:1: public.note:2 author refers to public.author 9, which is neither in the data nor in the database.
"""


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    project = Project(tmp_path)
    project.write(statusquo_toml=CONFIG, server_py=SERVER, migrate_py=MIGRATE)
    yield project
    project.run("down")


def test_tables_are_dumped_loaded_and_compared_without_anybody_who_knows_models(project: Project) -> None:
    assert project.run("up").returncode == 0
    printed = project.run_here("-q", "dump", "--stdout", "--format", "jsonl")
    assert (printed.returncode, printed.stdout, printed.stderr) == (0, PRINTED, "")
    some = project.run_here("-q", "dump", "-", "public.author", "--format", "jsonl")
    assert some.stdout == "".join(PRINTED.splitlines(keepends=True)[:2])
    assert project.run_here("-q", "dump", "data.jsonl").returncode == 0
    assert (project.folder / "data.jsonl").read_text() == PRINTED
    lock = json.loads((project.folder / "data.lock.json").read_text())
    assert (lock["facts"], lock["counts"]) == ("database", {"public.author": 2, "public.note": 1})

    (project.folder / "wrong.jsonl").write_text(WRONG)
    refused = project.run_here("load", "wrong.jsonl")
    assert (refused.returncode, refused.stderr) == (10, REFUSAL)
    (project.folder / "more.jsonl").write_text(WRONG.replace("9", "2"))
    assert project.run_here("load", "more.jsonl").stdout == "public.note: +1\n"
    check = project.run_here("dump", "data.jsonl", "--check")
    assert (check.returncode, check.stdout) == (1, "public.note: +1\n")
    assert project.run_here("rewind").returncode == 0
    assert project.run_here("dump", "data.jsonl", "--check").returncode == 0

    assert project.run_here("lint", "data.jsonl").returncode == 0
    cut = project.run_here("-q", "subset", "data.jsonl", "small.jsonl", "--root", "public.note:1")
    assert cut.returncode == 0
    assert (project.folder / "small.jsonl").read_text() == PRINTED.replace(PRINTED.splitlines(keepends=True)[1], "")
    assert project.run("down").returncode == 0

    project.write(statusquo_toml=LOADED, migrate_py=EMPTY)
    assert project.run("dump", "data.jsonl", "--check").returncode == 0
