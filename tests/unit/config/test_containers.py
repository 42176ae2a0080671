"""One file for native processes and for containers: what it says of these, and what is refused, in words."""

from pathlib import Path

import pytest

from statusquo import config
from statusquo.core.errors import ConfigError
from statusquo.core.service import Container

STACK = """
[stack]
platform = "compose"

[compose]
files = ["docker-compose.yml", "../more.yml"]

[services.db]
kind = "postgres"
compose = { service = "shop_db", port = 5433, password = "open sesame" }

[services.web]
compose = { env = { DATABASE_URL = "{db.url}" } }

[stores.media]
kind = "files"
compose = { volume = "shop_media" }
"""


def load(folder: Path, text: str) -> config.Config:
    path = folder / "statusquo.toml"
    path.write_text(text)
    return config.load(path, environ={})


def test_what_is_said_of_containers(tmp_path: Path) -> None:
    loaded = load(tmp_path, STACK)
    assert loaded.compose == (tmp_path / "docker-compose.yml", tmp_path / "../more.yml")
    assert {each.name: each.container for each in loaded.services} == {
        "db": Container(service="shop_db", port=5433, password="open sesame"),
        "web": Container(env=(("DATABASE_URL", "{db.url}"),)),
        "media": Container(volume="shop_media"),
    }


def test_a_password_is_not_shown(tmp_path: Path) -> None:
    shown = {each.key: each.value for each in load(tmp_path, STACK).settings}
    assert shown["services.db.compose.password"] == "***"


@pytest.mark.parametrize(
    ("said", "instead", "message"),
    [
        (
            '"compose"',
            '"native"',
            "statusquo.toml: services.web.command is missing. [services.web] cannot do without it.",
        ),
        (
            '[compose]\nfiles = ["docker-compose.yml", "../more.yml"]',
            "",
            (
                'statusquo.toml: stack.platform is "compose", and compose.files is missing. '
                'For example: [compose] files = ["docker-compose.yml"]'
            ),
        ),
        (
            '\ncompose = { volume = "shop_media" }',
            "",
            (
                "statusquo.toml: stores.media.compose is missing. No container would have the folder. "
                'Name the volume that it is: compose = { volume = "..." }'
            ),
        ),
        (
            "{db.url}",
            "{bd.url}",
            (
                "statusquo.toml: services.web.compose.env.DATABASE_URL: 'bd' is no service or folder here. "
                "Did you mean 'db'?"
            ),
        ),
        (
            "port = 5433",
            "prot = 5433",
            "statusquo.toml: services.db: 'prot' is no key here. Did you mean 'port'?",
        ),
    ],
)
def test_what_is_refused(tmp_path: Path, said: str, instead: str, message: str) -> None:
    assert said in STACK
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, STACK.replace(said, instead))
    assert str(caught.value) == message
