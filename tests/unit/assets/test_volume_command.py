"""``statusquo volume``, and the rules of ``statusquo lint`` about files that belong to test data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from statusquo.assets import files, formats, schema, sidecar
from statusquo.assets.dataset import Dataset, Record
from statusquo.cli import main
from tests.unit.assets.archives import HOSTILE, archive
from tests.unit.assets.example_datasets import PICTURE

ROWS = (Record("shop.picture", 1, {"image": "a/one.png"}), Record("shop.picture", 2, {"image": ""}))
DATA = Dataset(ROWS, schema.of(PICTURE))


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a dataset, its lock, and a folder of files."""
    monkeypatch.chdir(tmp_path)
    write = formats.FORMATS[0].write
    assert write
    (tmp_path / "data.json").write_text(write(ROWS))
    (tmp_path / "data.lock.json").write_text(sidecar.write(sidecar.build(DATA)))
    (tmp_path / "media" / "a").mkdir(parents=True)
    (tmp_path / "media" / "a" / "one.png").write_bytes(b"one")
    return tmp_path


def run(*words: str) -> int:
    return main.main([*words])


def findings(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    capsys.readouterr()
    run("lint", *words, "data.json")
    return [" ".join(each.split()[1:]) for each in capsys.readouterr().out.splitlines()]


def test_pack_list_unpack_and_diff(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("volume", "pack", "media", "media.tar.bz2", "--data", "data.json") == 0
    assert capsys.readouterr().err.startswith("media.tar.bz2: 1 files, 0 kB.")
    assert files.read(Path("data.json")).volumes == {"media.tar.bz2": Path("media.tar.bz2")}
    assert run("volume", "pack", "media", "media.tar.bz2") == 0
    assert "as before" in capsys.readouterr().err
    assert run("volume", "list", "media.tar.bz2") == 0
    assert capsys.readouterr().out == "7692c3ad3540            3  a/one.png\n"
    assert run("volume", "unpack", "media.tar.bz2", "new") == 0
    (project / "new" / "a" / "one.png").rename(project / "new" / "two.png")
    (project / "new" / "a" / "three.png").write_bytes(b"three")
    capsys.readouterr()
    assert run("volume", "diff", "media.tar.bz2", "new", "--exit-code") == 1
    assert capsys.readouterr().out == "+ a/three.png (5 bytes)\n> two.png (was a/one.png)\n"
    assert run("volume", "diff", "new", "media", "--json") == 0
    assert [each["kind"] for each in json.loads(capsys.readouterr().out)] == ["moved", "removed"]
    assert run("volume", "diff", "media", "media.tar.bz2", "--exit-code") == 0


def test_mistakes_are_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("volume", "pack", "media", "media.tar")
    for words, code, told in (
        (("unpack", "media.tar", "media"), 10, "media is not empty. Name another place, or use --force."),
        (("unpack", "media.tar", "new", "--limit", "100"), 10, "unpacks to more than 100 bytes"),
        (("lock", "data.json"), 2, "Name the archives or folders."),
        (("lock", "data.json", "data.lock.json"), 2, "data.lock.json is no archive."),
        (("pack", "media", "media.zip"), 10, "media.zip: no archive is called so."),
    ):
        assert run("volume", *words) == code
        assert told in capsys.readouterr().err
    assert run("volume", "unpack", "media.tar", "media", "--force") == 0
    (project / "data.lock.json").unlink()
    assert run("volume", "lock", "data.json", "media.tar") == 10
    assert "data.json has no lock to note its files in." in capsys.readouterr().err


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_archive_is_a_finding_and_leaves_nothing(
    project: Path, capsys: pytest.CaptureFixture[str], what: str
) -> None:
    run("volume", "pack", "media", "media.tar", "--data", "data.json")
    archive(project / "media.tar", *HOSTILE[what][0])
    before = sorted(each.name for each in project.rglob("*"))
    (found,) = findings(capsys)
    assert found.startswith("error F090 media.tar: ")
    assert run("volume", "unpack", "media.tar", "new") == 10
    assert run("volume", "pack", "media.tar", "new.tar") == 10
    assert run("volume", "lock", "data.json") == 10
    assert sorted(each.name for each in project.rglob("*")) == before


def test_a_file_that_is_missing_on_either_side_is_a_finding(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    media = project / "media"
    assert run("volume", "lock", "data.json", "media") == 0
    assert findings(capsys) == []
    (media / "b.png").write_bytes(b"b")
    (media / "a" / "one.png").unlink()
    hint = "Take it from version control, or accept it: statusquo volume lock data.json"
    assert findings(capsys) == [
        "error F092 shop.picture:1.image names a/one.png, which is not in media. Add the file.",
        f"warning F091 media is not the one of data.lock.json: missing a/one.png; new b.png. {hint}",
        "info F093 media: 1 of 1 files are named by no row, 0 kB: b.png. Does a test need them?",
    ]
    assert run("volume", "lock", "data.json") == 0
    assert [each.split()[1] for each in findings(capsys)] == ["F092", "F093"]
    (media / "b.png").write_bytes(b"changed")
    assert "F091 media is not the one of data.lock.json: changed b.png." in findings(capsys)[1]
    (media / "b.png").unlink()
    (media / "a").rmdir()
    media.rmdir()
    assert findings(capsys) == ["error F090 media: cannot be read. No such file or directory."]


def test_an_archive_of_another_tool_is_brought_into_form(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive(project / "media.tar.gz", *HOSTILE["a path that climbs"][0][:1], mode="w:gz")
    run("volume", "lock", "data.json", "media.tar.gz")
    assert "F094 media.tar.gz has other orders, times, owners or modes" in " ".join(findings(capsys))
    assert run("volume", "pack", "media.tar.gz", "media.tar.gz") == 0
    assert "F094" not in " ".join(findings(capsys))


def test_the_budget_counts_archives_and_folders(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "media" / "a" / "one.png").write_bytes(bytes(range(256)) * 40)
    (project / "statusquo.toml").write_text("[lint]\nbudget = '10kB'\narchives = ['media.tar']\n")
    assert findings(capsys) == []
    run("volume", "pack", "media", "media.tar")
    (found,) = findings(capsys)
    assert found.startswith("warning F040 data.json has 21 kB, more than the budget of 10 kB.")
    run("volume", "lock", "data.json", "media.tar")
    assert findings(capsys)[0] == found
    run("volume", "lock", "data.json", "media")
    assert findings(capsys)[0].startswith("warning F040 data.json has 31 kB")


def test_a_conversion_keeps_the_volumes_in_the_lock(project: Path) -> None:
    run("volume", "pack", "media", "media.tar", "--data", "data.json")
    assert run("convert", "data.json", "other.yaml") == 0
    assert sidecar.read((project / "other.lock.json").read_text(), "").volumes["media.tar"].keys() == {"a/one.png"}
    assert run("convert", "data.json", "below/other.yaml") == 0
    assert files.read(Path("below/other.yaml")).volumes.keys() == {"../media.tar"}
