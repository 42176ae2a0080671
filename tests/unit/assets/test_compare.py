"""Two datasets: equal ones have no differences, and a row that got another number is the same row."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given

from statusquo.assets import canonical, compare, files, formats, renumber, sidecar, told
from statusquo.assets.compare import Difference
from statusquo.assets.dataset import Dataset, Json, Record
from statusquo.cli import main
from tests.unit.assets.example_datasets import SHOP, loose, shops

BASE = (
    Record("shop.user", 1, {"name": "ann"}),
    Record("shop.user", 2, {"name": "bob"}),
    Record("shop.tag", 1, {"word": "x"}),
    Record("shop.place", 5, {"owner": 2, "up": None, "tags": [1]}),
    Record(
        "shop.note",
        1,
        {"content_type": ["shop", "place"], "object_id": 5, "data": {}, "changed": "2026-01-05T09:00:00Z"},
    ),
)


def changed(*rows: Record, without: str = "") -> Dataset:
    kept = {each.subject: each for each in (*BASE, *rows) if each.subject != without}
    return Dataset(tuple(kept.values()), SHOP)


def lines(after: Dataset, by: told.By = "model") -> list[str]:
    return list(told.lines(compare.compare(Dataset(BASE, SHOP), after), by))


@given(loose | shops())
def test_equal_datasets_have_no_differences(dataset: Dataset) -> None:
    assert compare.compare(dataset, canonical.arrange(dataset)) == ()


@given(shops())
def test_a_new_number_is_no_change_of_the_rows_that_refer_to_it(dataset: Dataset) -> None:
    numbers = renumber.consecutive(dataset, "shop.user", 1000)
    found = compare.compare(dataset, renumber.apply(dataset, "shop.user", numbers))
    assert {(each.kind, each.model) for each in found} <= {("renumbered", "shop.user")}
    assert len(found) == len(numbers)


@given(shops(), shops())
def test_the_other_way_round_added_is_removed(one: Dataset, two: Dataset) -> None:
    def rows(differences: tuple[Difference, ...], kind: str) -> int:
        return sum(each.kind == kind for each in differences)

    there, back = compare.compare(one, two), compare.compare(two, one)
    assert rows(there, "added") == rows(back, "removed")
    assert len(two.records) - len(one.records) == rows(there, "added") - rows(there, "removed")


NOTE = dict(BASE[4].fields)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (changed(), []),
        (changed(Record("shop.tag", 2, {"word": "y"}), Record("shop.tag", 3, {"word": "z"})), ["shop.tag: +2"]),
        (changed(without="shop.tag:1"), ["shop.tag: -1"]),
        (changed(Record("shop.user", 2, {"name": "rob"})), ["shop.user: ~1 (name)"]),
        (changed(Record("shop.place", 5, {"owner": 1, "up": None, "tags": [1]})), ["shop.place: ~1 (owner)"]),
        (changed(Record("shop.note", 1, {**NOTE, "changed": "2027-01-05T09:00:00Z"})), ["shop.note: 1 volatile only"]),
        (changed(Record("shop.note", 1, {**NOTE, "data": {"a": 1}})), ["shop.note: ~1 (data)"]),
        (renumber.apply(changed(), "shop.user", {1: 12}), ["shop.user: pk 1→12"]),
    ],
)
def test_a_line_says_what_changed_in_a_model(after: Dataset, expected: list[str]) -> None:
    assert lines(after) == expected


def test_lines_by_field_and_by_row() -> None:
    after = changed(
        Record("shop.user", 2, {"name": "a very long name that nobody would want to read as a whole"}),
        Record("shop.tag", 2, {"word": "y"}),
    )
    assert lines(after, "field") == ["+ shop.tag: 1", "~ shop.user.name: 1"]
    assert lines(after, "row") == [
        "+ shop.tag:2",
        '~ shop.user:2: name "bob" → "a very long name that nobody would wan…',
    ]
    assert lines(renumber.apply(changed(), "shop.user", {1: 12}), "row") == ["# shop.user:12 (was 1)"]


@pytest.fixture
def pair(tmp_path: Path) -> list[str]:
    for name, dataset in {"a": changed(), "b": changed(Record("shop.user", 2, {"name": "rob"}))}.items():
        (tmp_path / f"{name}.jsonl").write_text(formats.FORMATS[1].write(dataset.records))  # type: ignore[misc]  # it has one
        (tmp_path / f"{name}.lock.json").write_text(sidecar.write(sidecar.build(dataset)))
    return [str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl")]


def test_diff_of_two_files(pair: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["diff", *pair]) == 0
    assert capsys.readouterr().out == "shop.user: ~1 (name)\n"
    assert main.main(["diff", *pair, "--exit-code", "--markdown"]) == 1
    assert capsys.readouterr().out.splitlines()[2] == "| shop.user |  |  | 1 | name |"
    assert main.main(["diff", pair[0], pair[0], "--exit-code"]) == 0
    assert capsys.readouterr().err == "Nothing has changed.\n"
    assert main.main(["diff", *pair, "--json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    fields: dict[str, Json] = {"name": {"before": "bob", "after": "rob"}}
    assert one == {"kind": "changed", "model": "shop.user", "before": 2, "after": 2, "fields": fields}


def test_diff_takes_two_or_none(pair: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["diff", pair[0]]) == 2
    assert "Say two sets of data, or none to look at the running stack." in capsys.readouterr().err


def test_renumber_rewrites_the_file_and_its_lock_and_finds_mentions(
    pair: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    test = Path(pair[0]).with_name("test_it.py")
    test.write_text("assert user.pk == 2\n")
    assert main.main(["renumber", pair[0], "shop.User", "--start", "100", "--mentions", str(test)]) == 0
    told_besides = f"{test}:1: 2 may mean shop.user:2, now 101\n"
    assert capsys.readouterr().out == f"shop.user: 1 → 100\nshop.user: 2 → 101\n{told_besides}"
    assert list(told.lines(compare.compare(changed(), files.read(Path(pair[0])).dataset), "model")) == [
        "shop.user: pk 1→100, 2→101"
    ]


@pytest.mark.parametrize("words", [[], ["--compact", "--start", "3"], ["--map", "1"]])
def test_renumber_wants_to_know_how(pair: list[str], words: list[str]) -> None:
    before = Path(pair[0]).read_bytes()
    assert main.main(["renumber", pair[0], "shop.user", *words]) == 2
    assert Path(pair[0]).read_bytes() == before
