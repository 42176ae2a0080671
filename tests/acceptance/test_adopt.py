"""``statusquo adopt`` as somebody meets it: what is shown, what is asked, and what is said when it is refused."""

import dataclasses
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from statusquo.core.endpoint import Address, Endpoint
from tests.acceptance.project import STATUSQUO, Project
from tests.waiting import PATIENCE

pytestmark = pytest.mark.acceptance

CONFIG = """
[stack]
name = "shop"
platform = "external"

[services.db]
kind = "postgres"

[stores.media]
kind = "files"

[external]
db = "${{STAGING_DB_URL}}"
media = "{folder}/uploads"
"""


@pytest.fixture
def database(postgres_server: Endpoint) -> Iterator[Address]:
    assert postgres_server.admin
    with psycopg.connect(postgres_server.admin.url, autocommit=True) as server:
        server.execute("CREATE DATABASE staging")
        yield dataclasses.replace(postgres_server.admin, name="staging")
        server.execute("DROP DATABASE staging WITH (FORCE)")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "uploads").mkdir()
    (tmp_path / "statusquo.toml").write_text(CONFIG.format(folder=tmp_path))
    return Project(tmp_path)


def test_it_shows_what_there_is_and_takes_names_for_consent(project: Project, database: Address) -> None:
    environ = {"STAGING_DB_URL": database.url}
    asked = project.run("adopt", environ=environ)
    assert [line.split()[:3] for line in asked.stdout.splitlines()] == [
        ["STORE", "NAME", "WHERE"],
        ["db", "staging", f"127.0.0.1:{database.port}"],
        ["media", "uploads", f"{project.folder}/uploads"],
    ]
    assert "0 tables, about 0 rows" in asked.stdout
    assert asked.stdout.count("not adopted") == 2
    assert (asked.returncode, asked.stderr) == (
        7,
        (
            'Error: Store "db" is not adopted: "staging" was not confirmed. '
            "Every test will put it back to how it is now, whoever changed it since. "
            "If that is what you want, type its name when asked, or say --confirm staging.\n"
        ),
    )
    done = project.run("adopt", "--confirm", "staging", "--confirm", "uploads", environ=environ)
    assert (done.returncode, done.stderr) == (
        0,
        "Adopted. Rewinds go back to how it is now; 'statusquo adopt --release' takes that back.\n",
    )
    released = project.run("adopt", "--release", environ=environ)
    assert (released.returncode, released.stderr) == (0, "Released: db, media.\n")
    assert project.run("adopt", "--release", environ=environ).stderr == "Nothing was adopted.\n"


@pytest.mark.parametrize(("typed", "code"), [("staging\nuploads\n", 0), ("staging\nyes\n", 7)])
def test_on_a_terminal_it_asks_for_each_name(project: Project, database: Address, typed: str, code: int) -> None:
    ours, terminal = os.openpty()
    with subprocess.Popen(
        [STATUSQUO, "adopt"],
        cwd=project.folder,
        env={**os.environ, "STAGING_DB_URL": database.url},
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as asking:
        os.write(ours, typed.encode())
        said, _ = asking.communicate(timeout=PATIENCE)
    os.close(ours)
    os.close(terminal)
    assert asking.returncode == code, said
    assert "Type staging to let tests rewind db" in said
    assert "Type uploads to let tests rewind media" in said


def test_no_variable_of_the_shell_takes_the_place_of_the_one_that_is_named(project: Project) -> None:
    refused = project.run("adopt", environ={"DATABASE_URL": "postgresql://production/shop"})
    assert (refused.returncode, refused.stderr) == (
        2,
        (
            "Error: statusquo.toml: external.db asks for the environment variable STAGING_DB_URL, which is not set. "
            "Set it, or write the value itself instead of ${STAGING_DB_URL}.\n"
        ),
    )


def test_the_doctor_says_whether_it_is_adopted(project: Project, database: Address) -> None:
    environ = {"STAGING_DB_URL": database.url}
    assert 'The external stack "shop" is not adopted: db, media.' in project.run("doctor", environ=environ).stdout
    project.run("adopt", "--confirm", "staging", "--confirm", "uploads", environ=environ)
    assert "somebody else runs shop, and it is adopted" in project.run("doctor", environ=environ).stdout


@pytest.mark.parametrize("word", ["show", "rebuild"])
def test_no_baseline_is_built_there(project: Project, database: Address, word: str) -> None:
    refused = project.run("baseline", word, environ={"STAGING_DB_URL": database.url})
    assert (refused.returncode, refused.stderr) == (
        2,
        (
            'Error: The stack "shop" is external: nothing of it is built or started here. '
            "Its baseline is how it was when it was adopted. 'statusquo adopt' takes it anew.\n"
        ),
    )
    assert project.runs() == []
    with psycopg.connect(database.url) as witness:
        assert witness.execute("SELECT count(*) FROM pg_class WHERE oid >= 16384").fetchone() == (0,)


def test_a_stack_of_our_own_needs_no_consent(tmp_path: Path) -> None:
    (tmp_path / "statusquo.toml").write_text('[services.db]\nkind = "postgres"')
    refused = Project(tmp_path).run("adopt")
    assert (refused.returncode, refused.stderr) == (
        2,
        (
            "Error: statusquo.toml: the stack is run by ourselves: there is nothing to adopt. "
            'To attach to one that somebody else runs, set platform = "external" in [stack].\n'
        ),
    )
