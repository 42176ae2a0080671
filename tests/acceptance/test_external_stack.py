"""A stack that somebody else runs: refused until it is adopted, rewound then, and there afterwards as it was before."""

import dataclasses
import json
import os
import subprocess
import sys
import time
import urllib.error
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from statusquo.core import ports
from statusquo.core.endpoint import Address, Endpoint
from tests.acceptance.project import SERVER, Project, get, post
from tests.integration.stores.postgres.place import read_digest
from tests.waiting import PATIENCE

pytestmark = pytest.mark.acceptance

CONFIG = """
[stack]
name = "notes"
platform = "external"

[services.db]
kind = "postgres"

[services.cache]
kind = "redis"

[services.server]
command = "python server.py {{port}}"
needs = ["db", "cache", "media", "policy"]
ready = {{ http = "/" }}
within = 1

[services.policy]
command = "policy {{port}}"

[services.worker]
command = "work {{policy.url}}"
needs = ["server"]
port = false

[stores.media]
kind = "files"

[api]
service = "server"

[external]
db = "{db}"
cache = "{cache}"
server = "{server}"
media = "{media}"
"""

TESTS = """
import pytest

@pytest.mark.parametrize("n", [1, 2])
def test_a_note_is_the_second(api, n):
    assert api.post("/", data="a note").json() == {"id": 2}
    assert len(api.get("/").json()["rows"]) == 2
"""

CONFIRM = ("adopt", "--confirm", "notes", "--confirm", "media")


@dataclasses.dataclass(frozen=True, slots=True)
class Theirs:
    """The notes service with its data, and the project that attaches to it."""

    project: Project
    database: Address
    cache: Address
    url: str

    def adopt(self) -> None:
        """Say yes to everything."""
        done = self.project.run(*CONFIRM, "--confirm", f"{self.cache.host}:{self.cache.port}")
        assert done.returncode == 0, done.stderr

    def digest(self) -> object:
        """All that it holds but for our own tables, over connections of its own."""
        with psycopg.connect(self.database.url, autocommit=True) as witness:
            rows = read_digest(witness)
        with redis.Redis.from_url(self.cache.url) as client:
            keys = {key: client.dump(key) for key in client.scan_iter("*") if key != b"statusquo:mark"}
        return rows, keys, get(self.url)


@pytest.fixture
def theirs(tmp_path: Path, postgres_server: Endpoint, redis_server: Endpoint) -> Iterator[Theirs]:
    assert postgres_server.admin
    assert redis_server.host
    database = dataclasses.replace(postgres_server.admin, name="notes")
    project, media, port = Project(tmp_path / "project"), tmp_path / "media", ports.lease()
    project.folder.mkdir()
    media.mkdir()
    (tmp_path / "server.py").write_text(SERVER)
    with psycopg.connect(postgres_server.admin.url, autocommit=True) as server:
        server.execute("CREATE DATABASE notes")
        with psycopg.connect(database.url, autocommit=True) as shop:
            shop.execute("CREATE TABLE note (id serial PRIMARY KEY, text text)")
            shop.execute("INSERT INTO note (text) VALUES ('first')")
        with redis.Redis.from_url(redis_server.host.url) as client:
            client.flushall()
        urls = {"DATABASE_URL": database.url, "REDIS_URL": redis_server.host.url, "MEDIA": str(media)}
        with subprocess.Popen(
            [sys.executable, "server.py", str(port)],
            cwd=tmp_path,
            env={**os.environ, **urls},
            stdout=subprocess.DEVNULL,
        ) as running:
            one = Theirs(project, database, redis_server.host, f"http://127.0.0.1:{port}")
            project.write(
                statusquo_toml=CONFIG.format(db=database.url, cache=redis_server.host.url, server=one.url, media=media),
                test_notes_py=TESTS,
            )
            await_answer(one.url)
            yield one
            project.run("down")
            assert project.processes() == []
            running.terminate()
        server.execute("DROP DATABASE notes WITH (FORCE)")


def await_answer(url: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            get(url)
            return
        except urllib.error.URLError:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_it_is_refused_until_it_is_adopted_and_nothing_is_written(theirs: Theirs) -> None:
    before = theirs.digest()
    said = (
        'The external stack "notes" is not adopted: db, media, cache. '
        "Somebody else runs it: nothing there is rewound before somebody has said by hand that tests may. "
        "Run 'statusquo adopt': it shows what there is, and asks."
    )
    up = theirs.project.run("up")
    assert (up.returncode, up.stderr) == (7, f"Error: {said}\n")
    tests = theirs.project.pytest()
    assert tests.returncode == 7
    assert f"statusquo: {said}" in tests.stdout
    assert theirs.digest() == before


def test_adopted_it_is_tested_rewound_and_left_running(theirs: Theirs) -> None:
    before = theirs.digest()
    theirs.adopt()
    tests = theirs.project.pytest("-v", "--verify=always")
    assert tests.returncode == 0, tests.stdout
    port = theirs.database.port
    assert f"  db      external, database notes  postgresql://127.0.0.1:{port}" in tests.stdout
    assert f"  server  external                  {theirs.url}" in tests.stdout
    assert "policy" not in tests.stdout
    assert "2 rewinds" in tests.stdout
    assert theirs.digest() == before, "the same rows, keys and files, and the application on the same connection"


def test_the_commands_ask_it_rewind_it_and_never_stop_it(theirs: Theirs) -> None:
    before = theirs.digest()
    theirs.adopt()
    up = theirs.project.run("up")
    assert up.returncode == 0, up.stderr
    assert "Somebody else runs it: it answers, and nothing was started." in up.stderr
    ours = "the stack is external, so somebody else runs it. Have it done there, or run the stack yourself: "
    restart = theirs.project.run("restart", "server")
    assert restart.returncode == 2
    assert f"server cannot be started again: {ours}--set stack.platform=native." in restart.stderr
    refused = theirs.project.run("exec", "server", "rm", "-rf", "x")
    assert refused.returncode == 2
    assert f"rm -rf x cannot be run where server runs: {ours}--set stack.platform=native." in refused.stderr
    (theirs.project.folder / "data.json").write_text("[]")
    asked = theirs.project.run("migrate-data", "data.json")
    assert asked.returncode == 2
    assert "The project has to be asked, and the stack is external, so nothing is run where" in asked.stderr
    assert "Run 'python -m statusquo.django' with the same command on a machine that has the project" in asked.stderr
    assert f"SERVER_URL={theirs.url}" in theirs.project.run("env", "--format", "dotenv").stdout
    assert "plain table" in theirs.project.run("explain").stdout
    assert theirs.project.run("gc").returncode == 0
    post(theirs.url, "second")
    assert "second" in theirs.project.run("diff").stdout
    assert theirs.project.run("rewind").returncode == 0
    assert theirs.digest() == before
    down = theirs.project.run("down")
    assert (down.returncode, down.stderr) == (0, "Somebody else runs the stack: it was left as it is.\n")
    assert theirs.digest() == before
    assert theirs.project.run("adopt", "--release").returncode == 0
    assert theirs.project.run("up").returncode == 7


def test_a_wrong_nonce_is_refused_and_nothing_is_written(theirs: Theirs) -> None:
    theirs.adopt()
    post(theirs.url, "second")
    record = theirs.project.folder / ".statusquo" / "adopted" / "record.json"
    record.write_text(json.dumps({"nonce": "another"}))
    before = theirs.digest()
    tests = theirs.project.pytest()
    assert tests.returncode == 7
    assert "It carries the mark of another run." in tests.stdout
    assert theirs.digest() == before


def test_one_that_does_not_answer_is_told_with_who_runs_it(theirs: Theirs) -> None:
    theirs.adopt()
    tests = theirs.project.pytest(
        "-p", "no:cacheprovider", environ={"STATUSQUO__EXTERNAL__SERVER": "http://127.0.0.1:1"}
    )
    assert tests.returncode == 4
    assert (
        'statusquo: Service "server" did not answer as it should within 1 s. '
        "Waited for status 200 for GET /; the last answer was: connection refused. "
        "It is external, so somebody else runs it: look there, or correct external.server."
    ) in tests.stdout


def test_it_is_there_once(theirs: Theirs) -> None:
    theirs.adopt()
    tests = theirs.project.pytest("-n", "2")
    assert tests.returncode == 1
    assert 'The external stack "notes" is in use, and it is there only once.' in tests.stdout
    assert "with pytest-xdist, run without -n." in tests.stdout
