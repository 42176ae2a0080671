from __future__ import annotations

from pathlib import Path

import pytest

from statusquo.core.endpoint import Address, Endpoint
from statusquo.core.errors import ConfigError
from statusquo.core.service import Command, Launch, Postgres, Service
from statusquo.stack import launch

PROJECT = Path("/project")
HOST, MESH = Address("postgresql", "127.0.0.1", 5001, "app", "secret", "shop"), Address("postgresql", "db", 5432, "app")
ENDPOINTS = {
    "db": Endpoint("db", host=HOST, mesh=MESH),
    "web": Endpoint("web", mesh=Address("http", "127.0.0.1", 8000)),
    "worker": Endpoint("worker"),
    "media": Endpoint("media", path=Path("/run/media")),
}


def resolve(*argv: str, name: str = "web", **env: str) -> Launch:
    service = Service(name, Command(("serve",), Path("/project/server"), tuple(env.items())))
    return launch.resolve(service, argv, ENDPOINTS, project=PROJECT, environment={"PATH": "/bin", "HOME": "/home"})


def test_every_placeholder_is_filled_in_as_the_other_services_see_it() -> None:
    filled = resolve("serve", "{port}", "{project}/etc", DATABASE_URL="{db.url}", MEDIA="{media.path}", JSON='{"a": 1}')
    assert filled.argv == ("serve", "8000", "/project/etc")
    assert filled.cwd == Path("/project/server")
    assert dict(filled.env) == {
        "PATH": "/bin",
        "HOME": "/home",
        "DATABASE_URL": "postgresql://app@db:5432",
        "MEDIA": "/run/media",
        "JSON": '{"a": 1}',
    }


def test_the_services_own_variables_win() -> None:
    assert dict(resolve("serve", HOME="/elsewhere").env)["HOME"] == "/elsewhere"


def test_other_words_run_as_the_service_does() -> None:
    assert resolve("migrate", "{db.host}", X="y") == Launch(
        ("migrate", "db"), Path("/project/server"), (("PATH", "/bin"), ("HOME", "/home"), ("X", "y"))
    )


def test_what_is_no_command_runs_in_the_projects_folder() -> None:
    db = Service("db", Postgres("shop"))
    assert launch.resolve(db, ("psql",), ENDPOINTS, project=PROJECT, environment={}) == Launch(("psql",), PROJECT, ())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{db.urll}", "Service \"web\": there is nothing to put for {db.urll}. Did you mean 'db.url'?"),
        ("{dbb.url}", "Service \"web\": there is nothing to put for {dbb.url}. Did you mean 'db.url'?"),
        ("{prot}", "Service \"web\": there is nothing to put for {prot}. Did you mean 'port'?"),
    ],
)
def test_a_fact_that_there_is_none_of_is_told_with_the_nearest_one(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as failure:
        resolve(text)
    assert str(failure.value) == message


def test_a_service_without_a_port_has_none_to_put() -> None:
    with pytest.raises(ConfigError, match=r'"worker": there is nothing to put for \{port\}'):
        resolve("{port}", name="worker")
