"""A project whose only store is a SQLite database: up, change something, diff, rewind, down."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.project import Project, get, post

pytestmark = pytest.mark.acceptance

SERVER = """
import json, os, sqlite3, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

db = sqlite3.connect(os.environ["DATABASE_URL"].removeprefix("sqlite:///"), isolation_level=None)
db.execute("PRAGMA journal_mode = WAL")


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.reply({"rows": db.execute("SELECT id, text FROM note ORDER BY id").fetchall()})

    def do_POST(self):
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.reply({"id": db.execute("INSERT INTO note (text) VALUES (?)", [text]).lastrowid})

    def reply(self, value):
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""

MIGRATE = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("CREATE TABLE note (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL)")
db.execute("INSERT INTO note (text) VALUES ('first')")
db.commit()
"""

CONFIG = """
[services.server]
command = "python server.py {port}"
env = { DATABASE_URL = "{main.url}" }
needs = ["main"]
ready = { http = "/" }

[stores.main]
kind = "sqlite"

[baseline]
recipe = ["python migrate.py {main.path}"]

[api]
service = "server"
"""

TESTS = """
import sqlite3

def test_a_note_is_taken(api):
    assert api.post("/", content="second").json() == {"id": 2}

def test_the_note_is_gone(api, stack):
    assert api.get("/").json() == {"rows": [[1, "first"]]}
    path = stack.endpoint("main").path
    assert stack.url("main") == f"sqlite:///{path}"
    assert sqlite3.connect(path).execute("SELECT seq FROM sqlite_sequence").fetchall() == [(1,)]
"""

BASE = {"rows": [[1, "first"]]}


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    project = Project(tmp_path)
    project.write(statusquo_toml=CONFIG, server_py=SERVER, migrate_py=MIGRATE, test_notes_py=TESTS)
    yield project
    project.run("down")
    assert project.processes() == []


def url_of(project: Project, name: str) -> str:
    services = project.services()
    return str(next(service["where"] for service in services if service["name"] == name))


def test_up_change_diff_rewind_down(project: Project) -> None:
    up = project.run("up")
    assert up.returncode == 0, up.stderr
    assert "SQLite database" in up.stderr
    url = url_of(project, "server")
    assert get(url) == BASE
    assert project.run("diff", "--exit-code").returncode == 0

    assert post(url, "second") == {"id": 2}
    dirty = project.run("diff", "--exit-code")
    assert dirty.returncode == 1
    assert dirty.stdout.splitlines() == [
        "main: 2 changes",
        "  note",
        "    inserted  id=2  id=2, text='second'",
        "  sqlite_sequence",
        "    updated   name='note'  seq: 1 -> 2",
    ]

    rewound = project.run("rewind")
    assert rewound.returncode == 0, rewound.stderr
    assert "pages (" in rewound.stdout
    assert get(url) == BASE
    assert "nothing had changed" in project.run("rewind").stdout
    assert post(url, "again") == {"id": 2}, "the server's connection is open, and the counter is back"

    assert "temporary tables" in project.run("explain").stdout
    down = project.run("down")
    assert (down.returncode, project.runs()) == (0, [])


def test_the_second_up_takes_the_database_from_the_cache(project: Project) -> None:
    project.run("up")
    project.run("down")
    second = project.run("up")
    assert "taken from the cache" in second.stderr
    assert get(url_of(project, "server")) == BASE


def test_an_sql_file_makes_the_first_baseline(project: Project) -> None:
    project.write(
        statusquo_toml=CONFIG.replace('["python migrate.py {main.path}"]', '[{ sql = "schema.sql", on = "main" }]'),
        schema_sql="CREATE TABLE note (id INTEGER PRIMARY KEY, text); INSERT INTO note VALUES (1, 'first');",
    )
    up = project.run("up")
    assert up.returncode == 0, up.stderr
    assert get(url_of(project, "server")) == BASE


def test_pytest_puts_it_back_after_each_test(project: Project) -> None:
    run = project.pytest("--verify", "always")
    assert run.returncode == 0, run.stdout
    assert "2 rewinds, 1 clean" in run.stdout


def test_an_unknown_kind_of_store_is_refused(project: Project) -> None:
    project.write(statusquo_toml=CONFIG.replace('kind = "sqlite"', 'kind = "sqlit"'))
    refused = project.run("config")
    assert (refused.returncode, refused.stderr) == (
        2,
        "Error: statusquo.toml: stores.main.kind: 'sqlit' is no kind of store here. Did you mean 'sqlite'?\n",
    )
