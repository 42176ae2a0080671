"""A dataset on disk: read as a whole, written canonical, converted with its lock, and loaded by Django afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from statusquo.assets import changes, files, formats, sidecar
from statusquo.assets.dataset import Dataset, Record
from statusquo.assets.files import Split
from statusquo.cli import main
from statusquo.core.errors import DatasetError
from tests.unit.assets.example_datasets import SHOP

DATA = Path(__file__).parents[2] / "data"
ROWS = (
    Record("shop.user", 2, {"name": "bob"}),
    Record("shop.user", 1, {"name": "ann"}),
    Record("shop.place", 1, {"owner": 2, "up": None, "tags": []}),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A dataset with its lock, its rows in no order."""
    dataset = Dataset(ROWS, SHOP)
    (tmp_path / "data.json").write_text(formats.FORMATS[0].write(ROWS))  # type: ignore[misc]  # it has one
    (tmp_path / "data.lock.json").write_text(sidecar.write(sidecar.build(dataset)))
    return tmp_path / "data.json"


def convert(*words: str | Path) -> int:
    return main.main(["-q", "convert", *map(str, words)])


@pytest.mark.parametrize("suffix", ["json", "jsonl", "yaml"])
def test_a_conversion_keeps_the_data_and_their_lock(path: Path, suffix: str) -> None:
    target = path.parent / f"new.{suffix}"
    assert convert(path, target) == 0
    new, old = files.read(target), files.read(path)
    assert new.lock == old.lock
    assert sidecar.content(new.dataset) == sidecar.content(old.dataset)


@pytest.mark.parametrize(("split", "names"), [("app", ["shop.json"]), ("model", ["shop.place.json", "shop.user.json"])])
def test_a_dataset_can_be_a_folder(path: Path, split: Split, names: list[str]) -> None:
    folder = path.parent / "new"
    assert convert(path, folder, "--split", split) == 0
    assert sorted(each.name for each in folder.iterdir()) == names
    assert files.read(folder).lock == files.read(path).lock
    assert files.owner(folder / names[0]) == folder
    assert convert(folder, path.parent / "back.json") == 0
    assert sidecar.content(files.read(path.parent / "back.json").dataset) == sidecar.content(files.read(path).dataset)


def test_a_conversion_into_a_folder_leaves_no_stale_file(path: Path) -> None:
    folder = path.parent / "new"
    assert convert(path, folder, "--split", "model") == 0
    assert convert(path, folder, "--split", "app", "--force") == 0
    assert [each.name for each in folder.iterdir()] == ["shop.json"]


def test_what_is_there_is_not_replaced_unasked(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = path.read_bytes()
    assert convert(path, path) == 10
    assert "is there already. Name another place, or use --force" in capsys.readouterr().err
    assert path.read_bytes() == before


def test_nothing_is_written_of_what_cannot_be_read(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.write_text('[{"model": "a.b", "pk": 1, "fields": {}}, {"mod')
    assert convert(path, path.parent / "new.json") == 10
    assert "data.json:1: column 44: the file ends in the middle of a row" in capsys.readouterr().err
    assert not (path.parent / "new.json").exists()


def test_xml_is_not_written(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert convert(path, path.parent / "new.xml") == 10
    assert "xml is only read. Write json, jsonl or yaml." in capsys.readouterr().err


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"none\.json: cannot be read\. No such file"):
        files.read(tmp_path / "none.json")


def test_a_rewrite_of_what_is_canonical_changes_nothing(path: Path) -> None:
    stored = files.read(path)
    assert changes.apply(files.plan_rewrite(stored, stored.dataset)) == (path,)
    again = files.read(path)
    assert changes.needed(files.plan_rewrite(again, again.dataset)) == ()


def test_rows_of_a_split_dataset_stay_in_their_files(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text('[{"model":"a.b","pk":2,"fields":{}},{"model":"a.b","pk":1,"fields":{}}]')
    (tmp_path / "two.yaml").write_text("- {model: a.a, pk: 1, fields: {x: 1}}")
    stored = files.read(tmp_path)
    changes.apply(files.plan_rewrite(stored, stored.dataset))
    assert [each.subject for each in files.read(tmp_path / "one.json").dataset.records] == ["a.b:1", "a.b:2"]
    assert (tmp_path / "two.yaml").read_text() == "- model: a.a\n  pk: 1\n  fields:\n    x: 1\n"


def test_if_one_file_cannot_be_written_none_is(tmp_path: Path) -> None:
    good, bad = tmp_path / "good", tmp_path / "file" / "bad"
    (tmp_path / "file").write_text("x")
    with pytest.raises(DatasetError, match="cannot be written"):
        changes.apply([changes.Change(good, "new"), changes.Change(bad, "new")])
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_a_folder_beside_a_dataset_of_its_name_is_not_part_of_it(path: Path) -> None:
    (path.parent / "data").mkdir()
    (path.parent / "data" / "other.json").write_text("[]\n")
    assert files.owner(path.parent / "data" / "other.json") == path.parent / "data" / "other.json"


def test_the_lock_of_a_file_names_its_dataset(path: Path) -> None:
    assert files.owner(path.with_name("data.lock.json")) == path
    assert files.owner(path) == path
