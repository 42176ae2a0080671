"""References that only the project knows of: numbers, texts and places in JSON, which everything follows."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from statusquo.assets import (
    closing,
    compare,
    dangling,
    declared,
    files,
    formats,
    labels,
    merge,
    references,
    renumber,
    schema,
    sidecar,
)
from statusquo.assets.dataset import Dataset, Json, Record
from statusquo.assets.schema import Field, Model
from statusquo.cli import main
from statusquo.core.errors import ConfigError
from tests.unit.assets.example_datasets import TAG, USER

EVENT = Model(
    "shop.event",
    fields=(
        Field("id", "integer", optional=True),
        Field("by", "text"),
        Field("number", "integer", null=True),
        Field("payload", "json"),
    ),
)
BARE = schema.of(USER, TAG, EVENT)
SAID = {
    "shop.event.by": "shop.user.name",
    "shop.event.number": "shop.tag",
    "shop.event.payload.tag.id": "shop.tag",
    "shop.event.payload.tags.*": "shop.tag",
    "shop.event.payload.0": "shop.tag",
}
SHOP = declared.apply(BARE, SAID)
PAYLOAD: Json = {"tag": {"id": 2, "note": 2}, "tags": [1, "2", 2], "size": 2}


def event(pk: int = 1, **fields: Json) -> Record:
    return Record("shop.event", pk, {"by": "ann", "number": 1, "payload": PAYLOAD, **fields})


def tag(pk: int, word: str = "") -> Record:
    return Record("shop.tag", pk, {"word": word or f"tag {pk}"})


ANN = Record("shop.user", 7, {"name": "ann"})
DATA = Dataset((ANN, tag(1), tag(2), event()), SHOP)


def told(dataset: Dataset) -> list[tuple[str, Json]]:
    return [(each.field, each.value) for each in references.dangling(dataset)]


def only(dataset: Dataset, label: str) -> Record:
    return next(each for each in dataset.records if each.model == label)


def test_they_are_references() -> None:
    found = [(each.field, each.at, each.value) for each in references.edges(DATA)]
    assert found == [
        ("by", (), "ann"),
        ("number", (), 1),
        ("payload", ("tag", "id"), 2),
        ("payload", ("tags", 0), 1),
        ("payload", ("tags", 1), "2"),
        ("payload", ("tags", 2), 2),
    ]
    assert told(DATA) == []


def test_nothing_and_empty_text_refer_to_nothing() -> None:
    assert told(DATA.having([event(by="", number=None, payload={"tag": None, "tags": [True, None, {}]})])) == []


def test_one_that_nothing_meets_dangles_and_is_taken_away() -> None:
    lost = DATA.having([ANN, tag(1), event()])
    assert told(lost) == [("payload", 2), ("payload", "2"), ("payload", 2)]
    mended = dangling.prune(lost)
    assert only(mended, "shop.event").fields["payload"] == {"tag": {"id": None, "note": 2}, "tags": [1], "size": 2}
    assert only(dangling.prune(DATA.having([ANN, tag(2), event(payload={})])), "shop.event").fields["number"] is None
    assert dangling.prune(DATA.having([tag(1), tag(2), event()])).records == (tag(1), tag(2))


def test_a_subset_has_what_they_mean() -> None:
    assert len(closing.close(DATA, [DATA.records[-1]], closing.Rules()).records) == 4
    small = closing.close(DATA, [DATA.records[-1]], closing.Rules(nullable="null"))
    assert [each.subject for each in small.records] == ["shop.user:7", "shop.event:1"]


def test_another_number_is_followed_and_nothing_else_changes() -> None:
    named = DATA.having(replace(each, label="two") if each.subject == "shop.tag:2" else each for each in DATA.records)
    moved = renumber.apply(named, "shop.tag", {2: 20})
    fields = only(moved, "shop.event").fields
    assert fields["payload"] == {"tag": {"id": 20, "note": 2}, "tags": [1, "20", 20], "size": 2}
    assert [each.kind for each in compare.compare(named, moved)] == ["renumbered"]
    changed = moved.having([*moved.records[:-1], event(payload={**PAYLOAD, "size": 3})])  # type: ignore[dict-item]
    assert [each.model for each in compare.compare(moved, changed)] == ["shop.event"]


def test_a_merge_gives_them_the_number_that_their_row_gets() -> None:
    base = DATA
    ours = base.having([*base.records, tag(3, "ours")])
    inner: Json = {"tag": {"id": 3}, "tags": ["3", 1], "size": 3}
    theirs = base.having([*base.records, tag(3, "theirs"), event(2, number=3, payload=inner)])
    done = merge.merge(base, ours, theirs)
    assert not done.conflicts
    added = next(each for each in done.dataset.records if each.subject == "shop.event:2")
    assert added.fields["number"] == 4
    assert added.fields["payload"] == {"tag": {"id": 4}, "tags": ["4", 1], "size": 3}


def test_json_that_both_sides_change_is_merged_with_its_references() -> None:
    base = DATA
    ours = base.having([*base.records[:-1], tag(3, "ours"), event(payload={**PAYLOAD, "size": 5})])  # type: ignore[dict-item]
    inner: Json = {**PAYLOAD, "tag": {"id": 3, "note": 2}}  # type: ignore[dict-item]
    theirs = base.having([*base.records[:-1], tag(3, "theirs"), event(payload=inner)])
    done = merge.merge(base, ours, theirs)
    assert not done.conflicts
    fields = only(done.dataset, "shop.event").fields
    assert fields["payload"] == {"tag": {"id": 4, "note": 2}, "tags": [1, "2", 2], "size": 5}


def test_one_side_deletes_what_the_other_comes_to_mean() -> None:
    base = DATA.having([ANN, tag(1), tag(2), tag(9), event()])
    ours = base.having([ANN, tag(1), tag(2), event()])
    theirs = base.having([ANN, tag(1), tag(2), tag(9), event(payload={"tag": {"id": 9}})])
    done = merge.merge(base, ours, theirs)
    assert [(each.kind, each.record.subject) for each in done.conflicts] == [("referred", "shop.tag:9")]


def test_labels_stand_in_json_too() -> None:
    rows = [
        {"model": "shop.user", "pk": 7, "fields": {"name": "ann"}},
        {"model": "shop.tag", "label": "red", "fields": {"word": "red"}},
        {"model": "shop.event", "pk": 1, "fields": {"by": "ann", "number": "@red", "payload": {"tags": ["@red"]}}},
    ]
    read = labels.resolve(Dataset(formats.read(json.dumps(rows).encode(), "d.json"), SHOP))
    assert only(read, "shop.event").fields["payload"] == {"tags": [1]}
    text = labels.writing(read, lambda records: json.dumps([dict(each.fields) for each in records]))(read.records)
    assert json.loads(text)[2] == {"by": "ann", "number": "@red", "payload": {"tags": ["@red"]}}


@pytest.mark.parametrize(
    ("source", "target", "why"),
    [
        ("shop.event", "shop.tag", "expected app.model.field"),
        ("shop.event.payload..id", "shop.tag", "expected app.model.field"),
        ("shop.event.by", "tag", "expected app.model.field"),
        ("shop.event.paylod.id", "shop.tag", r"has no plain field 'paylod'. Did you mean 'payload'"),
        ("shop.event.id", "shop.tag", "has no plain field 'id'"),
        ("shop.event.by.id", "shop.tag", "is no JSON"),
        ("shop.event.by", "shop.user.nam", r"has no field 'nam'. Did you mean 'name'"),
    ],
)
def test_what_means_no_field_is_an_error(source: str, target: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        declared.apply(BARE, {source: target})


def test_the_lock_takes_them_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    bare = replace(DATA, schema=BARE)
    Path("d.json").write_text(formats.FORMATS[0].write([event(), tag(1), ANN]))  # type: ignore[misc]
    lock = sidecar.build(bare.having(files.read(Path("d.json")).dataset.records))
    Path("d.lock.json").write_text(sidecar.write(lock))
    assert main.main(["lint", "d.json"]) == 0
    said = "".join(f'"{source}" = "{target}"\n' for source, target in SAID.items() if "payload.0" not in source)
    Path("statusquo.toml").write_text(f"[assets.references]\n{said}")
    capsys.readouterr()
    assert main.main(["lint", "d.json"]) == 1
    out = capsys.readouterr().out
    assert "F010 shop.event:1.payload refers to shop.tag 2" in out
    assert "d.lock.json has other references than assets.references: shop.event.by, shop.event.number" in out
    assert main.main(["-q", "lint", "d.json", "--fix", "--prune"]) == 0
    written = files.read(Path("d.json"))
    assert [*declared.told(written.dataset.schema)] == sorted(each for each in SAID if "payload.0" not in each)
