"""Rows with names: read as rows with keys, written as they were, whatever happens to them in between."""

from __future__ import annotations

import json
import shutil
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from statusquo.assets import changes, closing, files, formats, labels, merge, references, renumber, schema, sidecar
from statusquo.assets.dataset import Dataset, Json, Record
from statusquo.assets.labelled import Labelled
from statusquo.assets.labels import LabelError
from statusquo.assets.schema import Field, Model
from statusquo.cli import main
from statusquo.core.errors import DatasetError
from tests.unit.assets.example_datasets import SHOP

Entry = dict[str, Json]
ROWS: list[Entry] = [
    {"model": "shop.user", "label": "admin1", "fields": {"name": "ann"}},
    {"model": "shop.user", "pk": 4, "fields": {"name": "bob"}},
    {"model": "shop.tag", "label": "blue", "fields": {"word": "blue"}},
    {"model": "shop.tag", "label": "red", "fields": {"word": "@red"}},
    {"model": "shop.place", "label": "home", "fields": {"owner": "@admin1", "up": None, "tags": ["@red", "@blue"]}},
    {"model": "shop.place", "label": "shed", "fields": {"owner": 4, "up": "@home", "tags": []}},
    {"model": "shop.cafe", "pk": "@home", "fields": {"opened": None}},
    {
        "model": "shop.note",
        "label": "about_shed",
        "fields": {"content_type": ["shop", "place"], "object_id": "@shed", "data": {"by": "@admin1"}, "changed": None},
    },
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return written(tmp_path / "data.json", ROWS)


def written(path: Path, rows: list[Entry], **lock: object) -> Path:
    """A file as an author writes it, beside a lock that knows the models."""
    path.write_text(json.dumps(rows))
    known = replace(sidecar.build(Dataset((), SHOP)), **lock)  # type: ignore[arg-type]  # what a lock has
    sidecar.path_of(path).write_text(sidecar.write(known))
    return path


def canonical(path: Path) -> str:
    """The file in its one form, written as any command writes it."""
    stored = files.read(path)
    changes.apply(files.plan_rewrite(stored, stored.dataset))
    return path.read_text()


def row(path: Path, subject: str) -> Record:
    return next(each for each in files.read(path).dataset.records if each.subject == subject)


def test_behind_the_file_a_label_is_a_key(path: Path) -> None:
    home, shed = row(path, "shop.place:@home"), row(path, "shop.place:@shed")
    assert (home.pk, shed.pk) == (1, 2)
    assert home.fields == {"owner": row(path, "shop.user:@admin1").pk, "up": None, "tags": [2, 1]}
    assert shed.fields == {"owner": 4, "up": 1, "tags": []}
    assert row(path, "shop.cafe:1").pk == 1
    assert row(path, "shop.note:@about_shed").fields["object_id"] == 2


def test_what_refers_to_no_row_keeps_its_sign(path: Path) -> None:
    assert row(path, "shop.tag:@red").fields["word"] == "@red"
    assert row(path, "shop.note:@about_shed").fields["data"] == {"by": "@admin1"}


def test_the_next_number_is_above_all_there_are(path: Path) -> None:
    assert row(path, "shop.user:@admin1").pk == 5


def test_a_file_with_labels_is_written_with_labels(path: Path) -> None:
    before = json.loads(path.read_text())
    once = canonical(path)
    by = {json.dumps(each, sort_keys=True) for each in json.loads(once)}
    wanted = [{**each, "fields": dict(each["fields"])} for each in before]
    wanted[4]["fields"]["tags"] = ["@blue", "@red"]
    assert by == {json.dumps(each, sort_keys=True) for each in wanted}
    assert canonical(path) == once
    assert list(json.loads(once)[0]) == ["model", "label", "fields"] or "pk" in json.loads(once)[0]


@pytest.mark.parametrize("name", ["json", "jsonl", "yaml"])
def test_every_format_has_labels(path: Path, name: str) -> None:
    stored = files.read(path)
    target = path.with_name(f"other.{name}")
    changes.apply(files.plan_conversion(stored, target, split=None, format=formats.of(target)))
    assert "@home" in target.read_text()
    again = files.read(target)
    assert sidecar.content(again.dataset) == sidecar.content(stored.dataset)


def test_the_lock_remembers_numbers_when_rows_come_and_go(path: Path) -> None:
    canonical(path)
    rows = json.loads(path.read_text())
    first = {"model": "shop.place", "label": "annex", "fields": {"owner": None, "up": "@shed", "tags": []}}
    path.write_text(
        json.dumps([first, *(each for each in rows if each.get("label") != "blue")]).replace('"@blue",', "")
    )
    assert {each: row(path, f"shop.place:@{each}").pk for each in ("annex", "home", "shed")} == {
        "annex": 3,
        "home": 1,
        "shed": 2,
    }
    canonical(path)
    assert files.read(path).lock.labels["shop.place"] == {"annex": 3, "home": 1, "shed": 2}  # type: ignore[union-attr]


def test_a_number_that_the_lock_gives_twice_is_given_once(path: Path) -> None:
    canonical(path)
    lock = sidecar.path_of(path)
    lock.write_text(lock.read_text().replace('"shed": 2', '"shed": 1'))
    assert [row(path, f"shop.place:@{each}").pk for each in ("home", "shed")] == [1, 2]


def test_a_number_beside_a_label_is_remembered(tmp_path: Path) -> None:
    path = written(tmp_path / "d.json", [{"model": "shop.tag", "pk": 70, "label": "red", "fields": {"word": "red"}}])
    assert "pk" not in canonical(path)
    assert row(path, "shop.tag:@red").pk == 70


def test_a_label_can_be_looked_for_in_another_model_that_shares_keys(tmp_path: Path) -> None:
    rows: list[Entry] = [
        {"model": "shop.place", "pk": 7, "fields": {"owner": None, "up": None, "tags": []}},
        {"model": "shop.cafe", "pk": 7, "label": "corner", "fields": {"opened": None}},
        {"model": "shop.place", "label": "shed", "fields": {"owner": None, "up": "@shop.cafe:corner", "tags": []}},
    ]
    path = written(tmp_path / "d.json", rows)
    assert row(path, "shop.place:@shed").fields["up"] == 7
    assert '"up": "@shop.cafe:corner"' in canonical(path)
    assert row(path, "shop.cafe:@corner").pk == 7


def test_two_signs_are_a_text_with_one(tmp_path: Path) -> None:
    word = Model("shop.word", pk=("text",), fields=(Field("text", "text"),))
    use = Model("shop.use", fields=(Field("id", "integer"), Field("word", "text", to="shop.word")))
    rows: list[Entry] = [
        {"model": "shop.word", "pk": "@here", "fields": {}},
        {"model": "shop.use", "label": "one", "fields": {"word": "@@here"}},
    ]
    path = written(tmp_path / "d.json", rows, schema=schema.of(word, use))
    assert row(path, "shop.use:@one").fields["word"] == "@here"
    assert not references.dangling(files.read(path).dataset)
    assert '"@@here"' in canonical(path)


def test_without_labels_a_sign_means_nothing(tmp_path: Path) -> None:
    rows: list[Entry] = [{"model": "shop.place", "pk": 1, "fields": {"owner": "@x", "up": None, "tags": []}}]
    path = written(tmp_path / "d.json", rows)
    assert row(path, "shop.place:1").fields["owner"] == "@x"
    assert '"owner": "@x"' in canonical(path)


def test_a_label_that_no_row_has_is_an_error_with_its_line_and_the_nearest(tmp_path: Path) -> None:
    rows: list[Entry] = [{**ROWS[0]}, {**ROWS[4], "fields": {"owner": "@admin", "up": "@hame", "tags": []}}]
    path = written(tmp_path / "d.json", rows)
    path.write_text(path.read_text().replace("}}, {", "}},\n{"))
    with pytest.raises(LabelError) as caught:
        files.read(path)
    assert str(caught.value).splitlines() == [
        f"{path}:2: shop.place:@home.owner: no row of shop.user is called 'admin'. Did you mean 'admin1'?",
        f"    {path}:2: shop.place:@home.owner: @admin",
        f"    {path}:2: shop.place:@home.up: @hame",
    ]


def test_a_label_is_of_one_row(tmp_path: Path) -> None:
    path = written(tmp_path / "d.json", [ROWS[2], ROWS[2]])
    with pytest.raises(LabelError, match=r"shop.tag:@blue is there already, at .*:1\."):
        files.read(path)


@pytest.mark.parametrize("name", ["", "a b", "@a", "a:b", 7])
def test_a_label_is_a_word(tmp_path: Path, name: Json) -> None:
    path = written(tmp_path / "d.json", [{**ROWS[2], "label": name}])
    with pytest.raises(Exception, match="label is a word"):
        files.read(path)


def test_numbers_can_be_made_of_letters(tmp_path: Path) -> None:
    path = written(tmp_path / "d.json", ROWS, numbers="hash")
    assert row(path, "shop.place:@home").pk == zlib.crc32(b"home") % (2**30 - 1)
    canonical(path)
    assert files.read(path).lock.numbers == "hash"  # type: ignore[union-attr]


def test_a_small_key_cannot_be_made_of_letters(tmp_path: Path) -> None:
    small = Model("shop.small", fields=(Field("id", "integer", maximum=32767),))
    rows: list[Entry] = [{"model": "shop.small", "label": "a", "fields": {}}]
    path = written(tmp_path / "d.json", rows, schema=schema.of(small), numbers="hash")
    with pytest.raises(LabelError, match="too small a number"):
        files.read(path)


def test_a_key_of_text_stands_beside_its_label_and_a_uuid_is_made_of_it(tmp_path: Path) -> None:
    land = Model("shop.land", pk=("code",), fields=(Field("code", "text"),))
    job = Model("shop.job", fields=(Field("id", "uuid"), Field("land", "text", to="shop.land")))
    rows: list[Entry] = [
        {"model": "shop.land", "pk": "de", "label": "germany", "fields": {}},
        {"model": "shop.job", "label": "first", "fields": {"land": "@germany"}},
    ]
    path = written(tmp_path / "d.json", rows, schema=schema.of(land, job))
    assert row(path, "shop.job:@first").fields["land"] == "de"
    once = canonical(path)
    assert '"pk": "de"' in once
    assert once.count('"pk"') == 1
    path.write_text(once.replace('"pk": "de",', ""))
    with pytest.raises(LabelError, match="needs its key too"):
        files.read(path)


def test_renumbering_changes_the_lock_alone(path: Path) -> None:
    once = canonical(path)
    stored = files.read(path)
    changes.apply(files.plan_rewrite(stored, renumber.apply(stored.dataset, "shop.place", {1: 50, 2: 60})))
    assert path.read_text() == once
    assert row(path, "shop.place:@shed").pk == 60


def test_a_subset_keeps_labels(path: Path) -> None:
    stored = files.read(path)
    shed = row(path, "shop.place:@shed")
    root = next(each for each in stored.dataset.records if each == shed)
    closed = closing.close(stored.dataset, [root], closing.Rules())
    assert sorted(each.subject for each in closed.records) == [
        "shop.place:@home",
        "shop.place:@shed",
        "shop.user:4",
        "shop.user:@admin1",
    ]


def test_without_labels_it_is_what_django_reads(path: Path) -> None:
    bare = labels.without(files.read(path).dataset)
    assert labels.numbers(bare) == {}
    assert not references.dangling(bare)
    assert all(each.pk is not None for each in bare.records)


def test_a_dump_calls_rows_what_they_were_called(path: Path) -> None:
    before = files.read(path).dataset
    now = labels.without(before).having(
        replace(
            each,
            label="",
            fields={**each.fields, "word": "light blue"} if each.subject == "shop.tag:@blue" else each.fields,
        )
        for each in before.records
        if each.subject != "shop.place:@shed"
    )
    named = labels.carried(now, before)
    assert {each.label for each in named.records} == {"", "admin1", "blue", "red", "home", "about_shed"}


def labelled(dataset: Dataset, *rows: Entry) -> Dataset:
    text = json.dumps([*rows])
    return labels.resolve(dataset.having([*dataset.records, *formats.read(text.encode(), "d.json")]))


BASE = Dataset((Record("shop.tag", 1, {"word": "old"}, label="old"),), SHOP)


def test_rows_that_both_branches_name_differently_are_two_with_numbers_of_their_own() -> None:
    ours = labelled(BASE, {"model": "shop.tag", "label": "red", "fields": {"word": "red"}})
    use: Entry = {"model": "shop.place", "label": "here", "fields": {"owner": None, "up": None, "tags": ["@blue"]}}
    theirs = labelled(BASE, {"model": "shop.tag", "label": "blue", "fields": {"word": "blue"}}, use)
    done = merge.merge(BASE, ours, theirs)
    assert not done.conflicts
    assert labels.numbers(done.dataset) == {"shop.place": {"here": 1}, "shop.tag": {"blue": 3, "old": 1, "red": 2}}
    here = next(each for each in done.dataset.records if each.label == "here")
    assert here.fields["tags"] == [3]


def test_a_label_that_both_branches_give_is_one_row() -> None:
    ours = labelled(BASE, {"model": "shop.tag", "label": "red", "fields": {"word": "red"}})
    more: Entry = {"model": "shop.tag", "label": "a", "fields": {"word": "a"}}
    theirs = labelled(BASE, more, {"model": "shop.tag", "label": "red", "fields": {"word": "red"}})
    done = merge.merge(BASE, ours, theirs)
    assert not done.conflicts
    assert labels.numbers(done.dataset) == {"shop.tag": {"a": 4, "old": 1, "red": 2}}


def test_a_label_for_two_different_rows_is_a_conflict_of_their_fields() -> None:
    ours = labelled(BASE, {"model": "shop.tag", "label": "red", "fields": {"word": "red"}})
    theirs = labelled(BASE, {"model": "shop.tag", "label": "red", "fields": {"word": "crimson"}})
    done = merge.merge(BASE, ours, theirs)
    assert [(each.kind, each.record.label, each.fields) for each in done.conflicts] == [("changed", "red", ("word",))]


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_another_name_for_a_row_is_merged(side: str) -> None:
    renamed = BASE.having(replace(each, label="ancient") for each in BASE.records)
    changed = BASE.having(replace(each, fields={"word": "older"}) for each in BASE.records)
    three = (BASE, renamed, changed) if side == "ours" else (BASE, changed, renamed)
    done = merge.merge(*three)
    assert [(each.label, each.fields["word"]) for each in done.dataset.records] == [("ancient", "older")]


def test_labels_are_adopted_from_what_rows_are_called_by(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows: list[Entry] = [
        {"model": "shop.user", "pk": 4, "fields": {"name": "ann"}},
        {"model": "shop.user", "pk": 9, "fields": {"name": "Dr. No & Co"}},
        {"model": "shop.tag", "pk": 1, "fields": {"word": "x"}},
        {"model": "shop.place", "pk": 1, "fields": {"owner": 9, "up": None, "tags": [1]}},
        {"model": "shop.cafe", "pk": 1, "fields": {"opened": None}},
    ]
    path = written(tmp_path / "d.json", rows)
    test = tmp_path / "test_it.py"
    test.write_text("USER = 9\nage = 9\n")
    assert main.main(["adopt-labels", str(path), "--mentions", str(test)]) == 0
    told = capsys.readouterr()
    names = ["shop.user 4 → @ann", "shop.user 9 → @dr._no_co"]
    assert told.out.splitlines() == [*names, f"{test}:1: 9 may mean shop.user:@dr._no_co"]
    usual = "none of slug, username, codename, code, name, title, email tells all rows apart"
    assert [line for line in told.err.splitlines() if "labels" in line] == [
        f"shop.tag: no labels: {usual}.",
        f"shop.place: no labels: {usual}.",
        "shop.cafe: no labels: its rows have the keys of others, whose labels are theirs too.",
    ]
    assert '"owner": "@dr._no_co"' in path.read_text()
    assert row(path, "shop.place:1").fields["owner"] == 9
    assert main.main(["adopt-labels", str(path), "--field", "shop.tag=word", "--numbers", "hash"]) == 0
    assert '"tags": ["@x"]' in path.read_text()
    assert files.read(path).lock.numbers == "hash"  # type: ignore[union-attr]
    before = path.read_bytes()
    assert main.main(["adopt-labels", str(path)]) == 0
    assert path.read_bytes() == before


def test_tests_ask_for_rows_by_label(path: Path) -> None:
    rows = Labelled(path)
    assert (rows["shop.Place", "shed"].pk, rows["shop.place", "shed"].fields["up"]) == (2, 1)
    with pytest.raises(DatasetError, match=r"no row of shop.place is called 'shet'\. Did you mean 'shed'"):
        rows["shop.place", "shet"]


def test_lint_says_where_a_label_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path / "d.json", [ROWS[0], {**ROWS[4], "fields": {"owner": "@nobody", "up": None, "tags": []}}])
    assert main.main(["lint", str(path)]) == 1
    assert f"{path}:1: error F010 shop.place:@home.owner: no row of shop.user is called" in capsys.readouterr().out


def test_lint_mends_rows_with_labels(path: Path) -> None:
    rows = json.loads(path.read_text())
    path.write_text(json.dumps(rows).replace('"up": "@home"', '"up": 77'))
    assert main.main(["-q", "lint", str(path), "--fix", "--prune"]) in {0, 1}
    assert row(path, "shop.place:@shed").fields["up"] is None
    assert '"label": "shed"' in path.read_text()


def test_two_branches_that_each_add_a_name_are_merged(tmp_path: Path) -> None:
    places: dict[str, Path] = {}
    for name, more in (("base", ""), ("ours", "red"), ("theirs", "blue")):
        folder = shutil.copytree(tmp_path / "base", tmp_path / name) if more else tmp_path / name
        folder.mkdir(exist_ok=True)
        words = ["old", *filter(None, [more])]
        rows: list[Entry] = [{"model": "shop.tag", "label": each, "fields": {"word": each}} for each in words]
        tags: list[Json] = [f"@{each}" for each in words]
        rows.append({"model": "shop.place", "pk": 1, "fields": {"owner": None, "up": None, "tags": tags}})
        places[name] = folder / "d.json"
        places[name].write_text(json.dumps(rows)) if more else written(places[name], rows)
        canonical(places[name])
    assert main.main(["-q", "merge", *map(str, places.values()), "-o", str(places["ours"])]) == 0
    assert '"tags": ["@blue", "@old", "@red"]' in places["ours"].read_text()
    assert labels.numbers(files.read(places["ours"]).dataset) == {"shop.tag": {"blue": 3, "old": 1, "red": 2}}
    assert main.main(["-q", "lint", str(places["ours"])]) == 0
