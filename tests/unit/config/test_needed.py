"""What a test asks of a configuration: which services come with which, what a variant changes, what is asked."""

import dataclasses
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statusquo import config
from statusquo.config import build, needed
from statusquo.core.errors import ConfigError
from statusquo.core.service import Command, CommandProbe, HttpProbe, RedisProbe, SqlProbe

FILE = """
[services.db]
kind = "postgres"
[services.redis]
kind = "redis"
[services.server]
command = "python server.py {port}"
env = { DATABASE_URL = "{db.url}", LIMIT = "5" }
needs = ["db", "media"]
[services.worker]
command = "python worker.py"
port = false
needs = ["redis", "db"]
[stores.media]
kind = "files"
[stores.spare]
kind = "files"
[variants.one-job]
env.server = { LIMIT = "1", QUEUE = "{redis.url}" }
env.worker = { LIMIT = "1" }
[prerequisites.user]
sql = "SELECT 1 FROM users"
hint = "Load the users."
[prerequisites.queue]
redis = "rq:worker:*"
hint = "Start a worker."
[prerequisites.front]
http = "/"
hint = "Look at the server's log."
[prerequisites.shape]
command = ["python", "check.py", "{db.url}"]
on = "worker"
hint = "Run make shape."
"""


def load(text: str = FILE) -> config.Config:
    return build.build(tomllib.loads(text), (), path=Path(__file__).with_name("statusquo.toml"), environ={})


LOADED = load()


def env_of(loaded: config.Config, name: str) -> dict[str, str]:
    spec = loaded.service(name).spec
    assert isinstance(spec, Command)
    return dict(spec.env)


def test_a_test_without_a_word_needs_every_service() -> None:
    assert LOADED.start == ("db", "redis", "server", "worker", "media", "spare")


def test_the_file_may_say_what_a_test_without_a_word_needs() -> None:
    assert load("[stack]\nstart = ['server']\n" + FILE).start == ("server",)


def test_what_a_service_needs_comes_before_it_and_folders_are_always_there() -> None:
    assert needed.services(LOADED, ["server"]) == ("media", "spare", "db", "server")
    assert needed.services(LOADED, ["worker", "server"]) == ("media", "spare", "redis", "db", "worker", "server")
    assert needed.services(LOADED, []) == ("media", "spare")


@given(st.lists(st.sampled_from(LOADED.start)), st.lists(st.sampled_from(LOADED.start)))
def test_what_two_tests_need_is_what_each_needs(one: list[str], other: list[str]) -> None:
    together = needed.services(LOADED, [*one, *other])
    assert set(together) == {*needed.services(LOADED, one), *needed.services(LOADED, other)}
    assert set(needed.services(LOADED, together)) == set(together)


def test_a_variant_is_laid_over_the_variables_of_its_services() -> None:
    varied = needed.in_variant(LOADED, "one-job")
    assert env_of(varied, "server") == {"DATABASE_URL": "{db.url}", "LIMIT": "1", "QUEUE": "{redis.url}"}
    assert env_of(varied, "worker") == {"LIMIT": "1"}


def test_a_variant_leaves_other_services_as_they_are() -> None:
    varied = needed.in_variant(LOADED, "one-job")
    assert [s for s in varied.services if s in LOADED.services] == [
        s for s in LOADED.services if s.name not in {"server", "worker"}
    ]


def test_a_variant_that_there_is_not_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ConfigError, match=r"^statusquo\.toml has no variant 'one-jb'\. Did you mean 'one-job'\?$"):
        needed.in_variant(LOADED, "one-jb")


def test_services_that_somebody_else_runs_have_no_variants() -> None:
    with pytest.raises(ConfigError) as raised:
        needed.in_variant(dataclasses.replace(LOADED, platform="external"), "one-job")
    assert str(raised.value) == (
        'Services that somebody else runs have no variants. With platform = "external" nothing is started here. '
        "Deselect the tests with the mark variant, or run them on a stack of ours: --platform native."
    )


def test_no_variant_is_the_configuration_itself() -> None:
    assert needed.in_variant(LOADED, "") is LOADED


def test_a_prerequisite_asks_the_first_of_its_kind_or_the_service_that_tests_enter() -> None:
    assert [(each.name, each.service, each.probe) for each in LOADED.prerequisites] == [
        ("user", "db", SqlProbe("SELECT 1 FROM users")),
        ("queue", "redis", RedisProbe("rq:worker:*")),
        ("front", "server", HttpProbe("/")),
        ("shape", "worker", CommandProbe(("python", "check.py", "{db.url}"))),
    ]


def test_variants_and_prerequisites_are_shown_with_their_source() -> None:
    shown = {setting.key: (setting.value, setting.source) for setting in LOADED.settings}
    assert shown["variants.one-job.env.worker.LIMIT"] == ("1", "statusquo.toml")
    assert shown["prerequisites.user.hint"] == ("Load the users.", "statusquo.toml")


def test_a_variant_holds_in_containers_too() -> None:
    loaded = load(
        FILE.replace("[variants", "[services.extra]\ncommand = 'x'\ncompose = { env = { A = '1' } }\n[variants")
    )
    server = needed.in_variant(loaded, "one-job").service("server")
    assert dict(server.container.env) == {"LIMIT": "1", "QUEUE": "{redis.url}"}
    assert needed.in_variant(loaded, "one-job").service("extra") == loaded.service("extra")
