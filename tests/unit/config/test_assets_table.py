"""The table ``[assets]``: what the test data are, for dumps, loads and lint alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from statusquo import config
from statusquo.assets.selection import Selection
from statusquo.config import AssetsSettings
from statusquo.core.errors import ConfigError

STACK = """
[services.cache]
kind = "redis"

[services.db]
kind = "postgres"

[stores.small]
kind = "sqlite"

"""
ASSETS = """
[assets]
dataset = "assets/data"
split = "app"
order = "loadable"
models = ["shop"]
noise = ["shop.log"]
keep = ["authtoken.token"]
elsewhere = ["auth.user"]
natural = ["shop.kind"]
volatile = ["*_seen"]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "statusquo.toml"
    path.write_text(text)
    return path


def test_it_says_what_belongs_to_the_data(tmp_path: Path) -> None:
    assert config.load_assets(written(tmp_path, ASSETS), environ={}) == AssetsSettings(
        dataset=tmp_path / "assets" / "data",
        split="app",
        order="loadable",
        selection=Selection(
            models=("shop",),
            noise=("shop.log",),
            wanted=("authtoken.token",),
            natural=("shop.kind",),
            elsewhere=("auth.user",),
        ),
        volatile=("*_seen",),
    )


def test_lint_checks_these_data_and_knows_what_belongs_to_them(tmp_path: Path) -> None:
    said = config.load_lint(written(tmp_path, ASSETS), environ={})
    assert said.paths == (tmp_path / "assets" / "data",)
    assert (said.settings.noise, said.settings.wanted) == (("shop.log",), ("authtoken.token",))
    assert (said.settings.elsewhere, said.settings.volatile) == (("auth.user",), ("*_seen",))
    other = config.load_lint(written(tmp_path, f'{ASSETS}[lint]\npaths = ["more"]'), environ={})
    assert other.paths == (tmp_path / "more",)


def test_their_database_is_the_first_one_if_nothing_is_said(tmp_path: Path) -> None:
    assert config.load(written(tmp_path, STACK), environ={}).assets.on == "db"
    small = f'{STACK}[assets]\non = "small"'
    assert config.load(written(tmp_path, small), environ={}).assets.on == "small"


@pytest.mark.parametrize("name", ["cache", "dbb"])
def test_what_is_no_database_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=f"assets\\.on: '{name}' is no database here"):
        config.load(written(tmp_path, f'{STACK}[assets]\non = "{name}"'), environ={})


def test_the_command_says_more_than_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = config.load_assets(written(tmp_path, ASSETS), environ={})
    wish = config.wish(settings)
    assert (wish.path, wish.split, wish.order, wish.policy) == (Path("assets/data"), "app", "loadable", "keep")
    said = config.wish(settings, Path("other.json"), ["auth"], order="alphabetical", volatile="live")
    assert (said.path, said.split, said.order, said.policy) == (Path("other.json"), None, "alphabetical", "live")
    assert said.selection.models == ("auth",)


def test_without_a_place_it_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"Name a file or a folder, or set assets\.dataset in statusquo\.toml\."):
        config.wish(AssetsSettings())
