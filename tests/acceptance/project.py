"""A small project as a value: a notes service that writes rows, keys and files, and the command line to drive it.

The service is one file of standard-library Python with psycopg and redis; it keeps its connections open.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import textwrap
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager, chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from statusquo.cli import main

STATUSQUO = Path(sys.executable).with_name("statusquo")
PYTEST = Path(sys.executable).with_name("pytest")
OFF = ("randomly", "valkey", "hypothesispytest", "anyio", "django")
"""Plugins that are here for our own tests; importing Hypothesis alone costs a run more than its tests."""
OPTIONS = tuple(f"-pno:{plugin}" for plugin in OFF)

SERVER = """
import json, os, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import psycopg, redis

db = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True, application_name="notes")
cache = redis.Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
media = Path(os.environ["MEDIA"])


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        rows = db.execute("SELECT id, text FROM note ORDER BY id").fetchall()
        keys = sorted(cache.scan_iter("note:*"))
        files = sorted(path.name for path in media.iterdir())
        backend = db.info.backend_pid
        self.reply({"rows": rows, "keys": keys, "files": files, "backend": backend})

    def do_POST(self):
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        (note,) = db.execute("INSERT INTO note (text) VALUES (%s) RETURNING id", [text]).fetchone()
        cache.set(f"note:{note}", text)
        (media / f"{note}.txt").write_text(text)
        print(f"noted {note}: {text}", flush=True)
        self.reply({"id": note})

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

CONFIG = """
[stack]
name = "notes"

[services.db]
kind = "postgres"

[services.cache]
kind = "redis"

[services.server]
command = "python server.py {port}"
env = { DATABASE_URL = "{db.url}", REDIS_URL = "{cache.url}", MEDIA = "{media.path}" }
needs = ["db", "cache", "media"]
ready = { http = "/" }

[stores.media]
kind = "files"

[baseline]
recipe = [{ sql = "schema.sql" }, "python seed.py"]

[api]
service = "server"
"""

SCHEMA = "CREATE TABLE note (id serial PRIMARY KEY, text text NOT NULL); INSERT INTO note (text) VALUES ('first');"

SEED = """
import os, pathlib, redis
redis.Redis.from_url(os.environ["REDIS_URL"]).set("note:1", "first")
pathlib.Path(os.environ["MEDIA"], "1.txt").write_text("first")
"""


SMALL_SERVER = """
import json, os, subprocess, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

media = Path(os.environ["MEDIA"])
subprocess.Popen(["sleep", "600"])  # a service has children


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.reply({"files": sorted(path.name for path in media.iterdir()), "environ": dict(os.environ)})

    def do_POST(self):
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        (media / text).write_text(text)
        self.reply({})

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

SMALL = """
[stack]
name = "small"

[services.server]
command = "python server.py {port}"
env = { MEDIA = "{media.path}" }
needs = ["media"]
ready = { http = "/" }

[stores.media]
kind = "files"

[baseline]
recipe = ["python seed.py"]

[api]
service = "server"
"""

SMALL_SEED = """
import os, pathlib
pathlib.Path(os.environ["MEDIA"], "first").write_text("first")
"""


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with a configuration, and the command line in it."""

    folder: Path

    def write(self, **files: str) -> None:
        """Write files, by name with ``_`` for the dot before the ending."""
        for name, text in files.items():
            stem, _, ending = name.rpartition("_")
            (self.folder / f"{stem}.{ending}").write_text(textwrap.dedent(text))

    def services(self) -> list[dict[str, Any]]:
        """What ``statusquo status`` says of the services of the first lane."""
        lanes = self.json("status")["lanes"]
        assert isinstance(lanes, list)
        services: list[dict[str, Any]] = lanes[0]["services"]
        return services

    def run(self, *words: str, environ: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run ``statusquo`` with these words."""
        return subprocess.run(
            [STATUSQUO, *words],
            cwd=self.folder,
            env={**os.environ, **(environ or {})},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def run_here(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run ``statusquo`` with these words in this process: for what starts nothing, and need not be waited for."""
        out, err = io.StringIO(), io.StringIO()
        with chdir(self.folder), redirect_stdout(out), redirect_stderr(err):
            code = main.main(words)
        return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())

    @contextmanager
    def started(self, program: Path, *words: str) -> Iterator[subprocess.Popen[bytes]]:
        """Start a program in the folder and do not wait for it; it does not outlive the block."""
        process = subprocess.Popen(
            [program, *words],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def started_pytest(self, *words: str) -> AbstractContextManager[subprocess.Popen[bytes]]:
        """Start pytest in the folder and do not wait for it; it does not outlive the block."""
        return self.started(PYTEST, *OPTIONS, *words)

    def pytest(self, *words: str, environ: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run pytest in the folder."""
        return subprocess.run(
            [PYTEST, *OPTIONS, *words],
            cwd=self.folder,
            env={**os.environ, **(environ or {})},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def processes(self) -> list[str]:
        """Processes that work in the folder or name it."""
        found = []
        for process in psutil.process_iter():
            try:
                is_ours = str(self.folder) in " ".join([*process.cmdline(), process.cwd()])
                if is_ours and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(f"{process.pid} {process.cmdline()}")
            except (psutil.Error, OSError):
                continue
        return found

    def json(self, *words: str) -> dict[str, object]:
        """What ``statusquo WORDS --json`` prints."""
        value: dict[str, object] = json.loads(self.run(*words, "--json").stdout)
        return value

    def runs(self) -> list[str]:
        """The folders of runs that are there."""
        folder = self.folder / ".statusquo" / "runs"
        return sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def notes(folder: Path, config: str = CONFIG) -> Project:
    """The notes project."""
    project = Project(folder)
    project.write(statusquo_toml=config, server_py=SERVER, schema_sql=SCHEMA, seed_py=SEED)
    return project


def small(folder: Path, config: str = SMALL) -> Project:
    """A service that keeps files, and nothing else: quick to start."""
    project = Project(folder)
    project.write(statusquo_toml=config, server_py=SMALL_SERVER, seed_py=SMALL_SEED)
    return project


def get(url: str) -> dict[str, object]:
    """What the notes service holds."""
    with urllib.request.urlopen(url) as reply:
        value: dict[str, object] = json.load(reply)
        return value


def post(url: str, text: str) -> dict[str, object]:
    """Take a note."""
    with urllib.request.urlopen(urllib.request.Request(url, data=text.encode())) as reply:
        value: dict[str, object] = json.load(reply)
        return value
