"""``statusquo env``: values with odd characters reach a shell, and what reads .env files, as they are."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from statusquo.cli.commands import env
from statusquo.core.endpoint import Address, Endpoint
from statusquo.core.lane import Lane, LaneService

ODD = ("plain", "with space", "it's", 'a "b"', "$HOME `id` \\", "it's $HOME", "#no comment", "", "é\nnext")


@pytest.mark.parametrize("value", ODD)
def test_a_shell_takes_every_value_as_it_is(value: str) -> None:
    script = f'{env.line("shell", "NAME", value)}\nprintf %s "$NAME"'
    assert subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout == value


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("postgresql://app:x%2F@127.0.0.1:5/app", "NAME=postgresql://app:x%2F@127.0.0.1:5/app"),
        ("with space", "NAME='with space'"),
        ("$HOME `id` # \\", "NAME='$HOME `id` # \\'"),
        ('it\'s "$HOME"', 'NAME="it\'s \\"\\$HOME\\""'),
        ("", "NAME="),
    ],
)
def test_a_file_of_variables_quotes_as_all_its_readers_understand(value: str, line: str) -> None:
    assert env.line("dotenv", "NAME", value) == line


def test_names_of_services_become_names_of_variables() -> None:
    address = Address("http", "127.0.0.1", 8000)
    services = (LaneService("my-api.v2", "", Endpoint("my-api.v2", host=address)),)
    lane = Lane("run", 1, "nonce", Path("/run"), Path("/run/roots"), services)
    assert env.variables(lane)["MY_API_V2_URL"] == "http://127.0.0.1:8000"
