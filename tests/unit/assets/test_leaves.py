"""The last migrations of an app, by syntax alone; a lock that is older than they are is a finding."""

from __future__ import annotations

from pathlib import Path

import pytest

from statusquo.assets import leaves, sidecar
from statusquo.assets.dataset import Dataset
from statusquo.assets.sidecar import Lock
from statusquo.cli import main
from tests.unit.assets.example_datasets import SHOP

SERVER = Path(__file__).parents[3] / "examples" / "annotation" / "server"
AFTER = "raise RuntimeError('imported')\nclass Migration:\n    dependencies = [('{0}', '{1}'), ('other', '0009_x')]\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An app with three migrations, two of them last."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "shop" / "migrations"
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "0001_initial.py").write_text("class Migration:\n    dependencies = []\n")
    (folder / "0002_a.py").write_text(AFTER.format("shop", "0001_initial"))
    (folder / "0002_b.py").write_text(AFTER.format("shop", "0001_initial"))
    return tmp_path


def test_the_last_migrations_are_those_that_none_comes_after(project: Path) -> None:
    assert leaves.read(project, ["shop", "other"]) == {"shop": ("0002_a", "0002_b")}
    assert leaves.read(SERVER, ["projects", "accounts"]) == {
        "accounts": ("0001_initial",),
        "projects": ("0001_initial",),
    }


def test_what_was_squashed_is_not_last(project: Path) -> None:
    folder = project / "shop" / "migrations"
    (folder / "0003_squashed.py").write_text(
        "class Migration:\n    replaces = [('shop', '0001_initial'), ('shop', '0002_a'), ('shop', '0002_b')]\n"
    )
    assert leaves.of_folder(folder) == ("0003_squashed",)


def test_an_app_that_is_there_twice_is_left_out(project: Path) -> None:
    (project / "old" / "shop" / "migrations").mkdir(parents=True)
    (project / "old" / "shop" / "migrations" / "__init__.py").touch()
    assert leaves.read(project, ["shop"]) == {}


@pytest.mark.parametrize(
    ("migrations", "expected"),
    [
        (("0002_a", "0002_b"), ""),
        (("0001_initial",), "the data are of shop 0001_initial, and the project is at 0002_a, 0002_b."),
    ],
)
def test_data_older_than_the_project_are_found(
    project: Path,
    capsys: pytest.CaptureFixture[str],
    migrations: tuple[str, ...],
    expected: str,
) -> None:
    (project / "data.json").write_text("[]\n")
    lock = sidecar.build(Dataset((), SHOP), Lock("", {}, {"shop": migrations}))
    (project / "data.lock.json").write_text(sidecar.write(lock))
    assert main.main(["lint", "data.json"]) == bool(expected)
    assert expected in capsys.readouterr().out
