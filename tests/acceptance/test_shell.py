"""What the shell exports reaches neither the services nor the recipe: it may point at what people need."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from statusquo.core.endpoint import Endpoint
from tests.acceptance.project import Project

pytestmark = pytest.mark.acceptance

CONFIG = """
[services.db]
kind = "postgres"

[services.cache]
kind = "redis"

[services.server]
command = "python server.py {port}"
env = { CACHE = "{cache.url}" }
needs = ["db", "cache"]

[baseline]
recipe = ["python seen.py recipe.json", { sql = "schema.sql" }]
"""

SEEN = "import json, os, pathlib, sys; pathlib.Path(sys.argv[1]).write_text(json.dumps(dict(os.environ)))"

SERVER = """
import http.server, json, os, pathlib, sys
pathlib.Path("server.json").write_text(json.dumps(dict(os.environ)))
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.BaseHTTPRequestHandler).serve_forever()
"""

NAMES = (
    "DATABASE_URL",
    "REDIS_URL",
    "CELERY_BROKER_URL",
    "PGHOST",
    "PGHOSTADDR",
    "AWS_SECRET_ACCESS_KEY",
    "KUBECONFIG",
    "DJANGO_SETTINGS_MODULE",
)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    one = Project(tmp_path)
    one.write(statusquo_toml=CONFIG, seen_py=SEEN, server_py=SERVER, schema_sql="CREATE TABLE note ()")
    yield one
    one.run("down")
    assert one.processes() == []


def test_neither_services_nor_recipe_see_where_the_shell_points(project: Project, redis_server: Endpoint) -> None:
    assert redis_server.host
    exported = {**dict.fromkeys(NAMES, "production"), "REDIS_URL": redis_server.host.url, "PGHOSTADDR": "127.0.0.99"}
    up = project.run("up", environ=exported)
    assert up.returncode == 0, up.stderr
    for who in ("recipe", "server"):
        seen = json.loads((project.folder / f"{who}.json").read_text())
        assert seen.keys().isdisjoint(NAMES), who
    assert json.loads((project.folder / "server.json").read_text())["CACHE"] != redis_server.host.url
