"""Data and locks as nobody should send them: every command that reads them says so, and leaves all as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from statusquo.assets import formats, sidecar, trace
from statusquo.assets.dataset import Dataset, Record
from statusquo.cli import main
from tests.unit.assets.example_datasets import SHOP

ROWS = (Record("shop.user", 1, {"name": "ann"}),)
_ALIASES = (f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]" for old, new in zip("abcdef", "bcdefg", strict=True))
LAUGHS = "\n".join(["a: &a [x]", *_ALIASES])
XML = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><django-objects version="1.0">&b;</django-objects>'
LOCK = sidecar.write(sidecar.build(Dataset(ROWS, SHOP)))
COMMANDS = (
    ("prune", "{data}", "--model", "shop.user"),
    ("prune", "{data}", "--unused", "rows.jsonl", "--", "true"),
    ("subset", "{data}", "new.json", "--root", "shop.user"),
    ("renumber", "{data}", "shop.user", "--start", "5", "--pk-map", "keys.json"),
    ("volume", "pack", "media", "media.tar", "--data", "{data}"),
    ("volume", "lock", "{data}", "media"),
)


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "a").write_text("a")
    (tmp_path / "rows.jsonl").write_text(trace.write([]))
    return tmp_path


def held(folder: Path) -> dict[str, bytes]:
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("data.json", '[{"model": "shop.user", "pk": 1', "data.json:1: column"),
        ("data.json", "[" * 100_000, "data.json:1: "),
        ("data.json", '[{"model": "shop.user", "pk": 1, "pk": 2, "fields": {}}]', "the key 'pk' stands there twice"),
        ("data.yaml", LAUGHS, "data.yaml:"),
        ("data.xml", XML, "data.xml:1: "),
        ("data.json", "\udcff[]", "byte 0xff at offset 0 is not UTF-8"),
    ],
)
def test_data_that_cannot_be_read(  # noqa: PLR0917 - they come as a table
    project: Path, capsys: pytest.CaptureFixture[str], name: str, text: str, told: str
) -> None:
    (project / name).write_bytes(text.encode(errors="surrogateescape"))
    (project / "data.lock.json").write_text(LOCK)
    before = held(project)
    for command in COMMANDS:
        assert main.main([word.format(data=name) for word in command]) == 10, command
        assert told in capsys.readouterr().err, command
    assert held(project) == before


@pytest.mark.parametrize(
    ("lock", "told"),
    [
        (LOCK[:50], "data.lock.json:2: the lock is not JSON."),
        (LOCK.replace('"models"', '"modules"'), "data.lock.json: a lock has no 'modules'."),
        (LOCK.replace('"counts"', '"volumes": {"a": {"b": 1}}, "counts"'), "volumes is not what a lock has there."),
        (LOCK.replace('"counts"', '"volumes": {"/etc": {}}, "counts"'), "volumes is not what a lock has there."),
    ],
)
def test_locks_that_are_none(project: Path, capsys: pytest.CaptureFixture[str], lock: str, told: str) -> None:
    write = formats.FORMATS[0].write
    assert write
    (project / "data.json").write_text(write(ROWS))
    (project / "data.lock.json").write_text(lock)
    before = held(project)
    for command in COMMANDS:
        assert main.main([word.format(data="data.json") for word in command]) == 10, command
        assert told in capsys.readouterr().err, command
    assert held(project) == before


def test_a_lock_of_other_rows_does_not_hide_what_they_refer_to(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write = formats.FORMATS[0].write
    assert write
    (project / "data.json").write_text(write([*ROWS, Record("blog.post", 1, {"user": 1})]))
    (project / "data.lock.json").write_text(LOCK)
    before = held(project)
    for command in COMMANDS[:4]:
        assert main.main([word.format(data="data.json") for word in command]) == 10, command
        assert "blog.post: what its rows refer to is not known." in capsys.readouterr().err, command
    assert held(project) == before
