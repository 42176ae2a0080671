"""Merges by example: what is merged, what people must decide, and how that looks in the file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from statusquo.assets import formats, merge, schema
from statusquo.assets.dataset import Dataset, Json, Record
from statusquo.assets.formats import Format
from statusquo.assets.merge import Merged, Renumbered
from statusquo.assets.merging import markers
from statusquo.assets.schema import Field, Model
from statusquo.core.errors import DatasetError
from tests.unit.assets.example_datasets import SHOP

JSON = formats.FORMATS[0]
ANN = Record("shop.user", 1, {"name": "ann"})
BOB = Record("shop.user", 2, {"name": "bob"})


def place(pk: int, **fields: Json) -> Record:
    return Record("shop.place", pk, {"owner": 1, "up": None, "tags": [], **fields})


def tag(pk: int, word: str) -> Record:
    return Record("shop.tag", pk, {"word": word})


def note(pk: int, **fields: Json) -> Record:
    held: dict[str, Json] = {
        "content_type": ["shop", "place"],
        "object_id": 1,
        "data": {},
        "changed": "2026-01-05T09:00:00Z",
    }
    return Record("shop.note", pk, {**held, **fields})


def data(*records: Record) -> Dataset:
    return Dataset(records, SHOP)


def loose(*records: Record) -> Dataset:
    return Dataset(records)


def merged(base: Dataset, ours: Dataset, theirs: Dataset) -> tuple[Record, ...]:
    done = merge.merge(base, ours, theirs)
    assert not done.conflicts
    return done.dataset.records


def kinds(done: Merged) -> list[tuple[str, str]]:
    return [(each.kind, each.record.subject) for each in done.conflicts]


def text(done: Merged, format: Format = JSON) -> str:
    assert format.write
    return markers.text(done, format.write)


def test_a_key_that_both_took_is_given_to_ours_and_references_to_theirs_follow() -> None:
    base = data(ANN, place(1))
    ours = data(ANN, place(1), place(2), place(3, up=2))
    theirs = data(ANN, BOB, place(1), place(2, owner=2, up=2), note(1, object_id=2))
    done = merge.merge(base, ours, theirs)
    assert not done.conflicts
    assert done.dataset.records == (
        note(1, object_id=4),
        place(1),
        place(2),
        place(3, up=2),
        place(4, owner=2, up=4),
        ANN,
        BOB,
    )
    assert done.renumbered == (Renumbered("theirs", "shop.place", 2, 4),)


def test_rows_that_look_alike_and_refer_to_different_rows_are_two() -> None:
    ours = data(Record("shop.user", 5, {"name": "zoe"}), place(1, owner=5))
    theirs = data(Record("shop.user", 5, {"name": "yan"}), place(1, owner=5))
    found = merged(data(), ours, theirs)
    assert [(each.pk, each.fields["owner"]) for each in found if each.model == "shop.place"] == [(1, 5), (2, 6)]


def test_the_same_row_added_with_two_keys_is_one() -> None:
    other = replace(BOB, pk=7)
    assert merged(data(), data(BOB, place(1, owner=2)), data(other, place(3, owner=7))) == (
        place(1, owner=2),
        place(3, owner=2),
        BOB,
    )


def test_an_inherited_row_follows_the_key_of_its_parent() -> None:
    cafe = Record("shop.cafe", 1, {"opened": None})
    found = merged(data(ANN), data(ANN, place(1)), data(ANN, place(1, tags=[]), cafe, place(2, owner=None, up=1)))
    assert [each.subject for each in found if each.model == "shop.cafe"] == ["shop.cafe:1"]
    other = place(1, owner=None)
    found = merged(data(ANN), data(ANN, place(1)), data(ANN, other, cafe))
    assert [each.subject for each in found if each.model == "shop.cafe"] == ["shop.cafe:2"]


def test_lists_of_targets_merge_as_sets() -> None:
    tags = [tag(pk, str(pk)) for pk in (1, 2, 3, 4)]
    base = data(ANN, *tags, place(1, tags=[1, 2]))
    ours = data(ANN, *tags, place(1, tags=[2, 3]))
    theirs = data(ANN, *tags, place(1, tags=[1, 2, 4]))
    assert merged(base, ours, theirs)[0] == place(1, tags=[2, 3, 4])


def test_tables_merge_by_key_and_what_changes_by_itself_takes_the_newer() -> None:
    base, rest = note(1, data={"a": 1, "b": {"c": 1}}), (ANN, place(1))
    ours = note(1, data={"a": 2, "b": {"c": 1}}, changed="2026-02-01T00:00:00Z")
    theirs = note(1, data={"a": 1, "b": {"c": 1, "d": 1}}, changed="2026-02-01T00:00:00.500000Z")
    expected = note(1, data={"a": 2, "b": {"c": 1, "d": 1}}, changed="2026-02-01T00:00:00.500000Z")
    assert merged(data(base, *rest), data(ours, *rest), data(theirs, *rest))[0] == expected


def test_a_renamed_target_is_renamed_in_references_by_name_too() -> None:
    zoe = Record("shop.user", 1, {"name": "zoe"})
    assert merged(data(ANN), data(zoe), data(ANN, place(1, owner=["ann"]))) == (place(1, owner=["zoe"]), zoe)


def test_a_field_changed_to_two_values_is_marked_on_its_line() -> None:
    base, ours, theirs = (data(ANN, tag(1, word)) for word in ("old", "mine", "yours"))
    done = merge.merge(base, ours, theirs)
    assert kinds(done) == [("changed", "shop.tag:1")]
    assert text(done) == (
        """[
  {
    "model": "shop.tag",
    "pk": 1,
    "fields": {
<<<<<<< ours
      "word": "mine"
||||||| base
      "word": "old"
=======
      "word": "yours"
>>>>>>> theirs
    }
  },
  {
    "model": "shop.user",
    "pk": 1,
    "fields": {
      "name": "ann"
    }
  }
]
"""
    )


def test_markers_stand_in_yaml_and_in_json_lines_too() -> None:
    done = merge.merge(*(data(ANN, tag(1, word)) for word in ("old", "mine", "yours")))
    assert text(done, formats.FORMATS[2]).splitlines()[2:10] == [
        "  fields:",
        "<<<<<<< ours",
        '    word: "mine"',
        "||||||| base",
        '    word: "old"',
        "=======",
        '    word: "yours"',
        ">>>>>>> theirs",
    ]
    assert (
        text(done, formats.FORMATS[1]).splitlines()[1] == '{"model": "shop.tag", "pk": 1, "fields": {"word": "mine"}}'
    )


@pytest.mark.parametrize("each", formats.FORMATS[:3], ids=lambda each: each.name)
def test_a_file_with_markers_is_refused_with_the_line(each: Format) -> None:
    content = text(merge.merge(*(data(ANN, tag(1, word)) for word in ("old", "mine", "yours"))), each)
    line = 1 + content.splitlines().index("<<<<<<< ours")
    with pytest.raises(DatasetError, match=f"conflict markers at line {line}"):
        formats.read(content.encode(), f"data{each.suffixes[0]}")


def test_a_row_deleted_here_and_changed_there_is_marked_as_a_whole() -> None:
    done = merge.merge(data(ANN, tag(1, "old")), data(ANN), data(ANN, tag(1, "new")))
    assert kinds(done) == [("deleted", "shop.tag:1")]
    assert text(done).splitlines()[1:4] == ["<<<<<<< ours", "||||||| base", "  {"]
    assert text(done).splitlines()[18:20] == [">>>>>>> theirs", "  {"]


def test_a_row_deleted_here_and_newly_referred_to_there_is_a_conflict() -> None:
    done = merge.merge(data(ANN, BOB), data(BOB), data(ANN, BOB, place(1)))
    assert kinds(done) == [("referred", "shop.user:1")]
    assert done.conflicts[0].ours is None


def test_a_row_deleted_here_and_added_to_a_list_there_is_a_conflict() -> None:
    base = data(ANN, tag(1, "a"), place(1))
    done = merge.merge(base, data(ANN, place(1)), data(ANN, tag(1, "a"), place(1, tags=[1])))
    assert kinds(done) == [("referred", "shop.tag:1")]


def test_a_unique_value_that_both_gave_to_different_rows_is_a_conflict() -> None:
    base = data(ANN, BOB)
    one, two = replace(ANN, fields={"name": "zoe"}), replace(BOB, fields={"name": "zoe"})
    done = merge.merge(base, data(one, BOB), data(ANN, two))
    assert [each.kind for each in done.conflicts] == ["unique"]
    assert "zoe" in text(done)
    assert [line for line in text(done).splitlines() if '"pk"' in line] == ['    "pk": 1,', '    "pk": 2,']


def test_without_facts_a_key_that_both_took_is_a_conflict_and_keeps_its_number() -> None:
    done = merge.merge(loose(), loose(tag(1, "a")), loose(tag(1, "b")))
    assert kinds(done) == [("changed", "shop.tag:1")]
    assert done.unknown == ("shop.tag",)
    assert not done.renumbered


def test_without_facts_rows_without_a_key_that_both_added_are_a_conflict() -> None:
    mine, yours = Record("shop.tag", None, {"word": "a"}), Record("shop.tag", None, {"word": "b"})
    done = merge.merge(loose(), loose(mine), loose(yours))
    assert [each.kind for each in done.conflicts] == ["unnamed"]
    assert merged(loose(), loose(mine), loose(mine)) == (mine,)


def test_a_key_that_is_text_is_never_changed() -> None:
    mine, yours = Record("shop.tag", "x", {"word": "a"}), Record("shop.tag", "x", {"word": "b"})
    assert kinds(merge.merge(data(), data(mine), data(yours))) == [("changed", "shop.tag:x")]


def test_a_side_with_two_rows_of_one_key_is_refused() -> None:
    with pytest.raises(DatasetError, match=r"theirs has two rows shop\.tag:1"):
        merge.merge(data(), data(), data(tag(1, "a"), tag(1, "b")))


def test_a_number_used_again_for_another_row_is_another_row() -> None:
    user = Model("a.user", fields=(Field("name", "text"), Field("mail", "text")), unique=(("name",),))
    rows = (Record("a.user", 1, {"name": name, "mail": name}) for name in ("ann", "bob"))
    renamed = Record("a.user", 1, {"name": "zoe", "mail": "ann"})
    ann, bob = (Dataset((each,), schema.of(user)) for each in rows)
    changed = ann.having([replace(ann.records[0], fields={"name": "ann", "mail": "new"})])
    assert kinds(merge.merge(ann, bob, changed)) == [("deleted", "a.user:2")]
    assert merged(ann, ann.having([renamed]), changed)[0].fields == {"name": "zoe", "mail": "new"}


def test_a_conflict_in_a_field_that_one_side_took_out_has_no_line_there() -> None:
    base, ours = data(tag(1, "old")), data(tag(1, "new"))
    done = merge.merge(base, ours, data(Record("shop.tag", 1, {})))
    assert text(done).splitlines()[5:12] == [
        "<<<<<<< ours",
        '      "word": "new"',
        "||||||| base",
        '      "word": "old"',
        "=======",
        ">>>>>>> theirs",
        "    }",
    ]


def test_equal_rows_in_a_circle_are_one_each() -> None:
    circle = (place(1, owner=None, up=2), place(2, owner=None, up=1))
    assert merged(data(), data(*circle), data(*circle)) == circle
    longer = (*circle[:1], place(2, owner=None, up=3), place(3, owner=None, up=1))
    assert len(merged(data(), data(*circle), data(*longer))) == len(circle) + len(longer)


def test_a_conflict_names_rows_as_they_are_called_now() -> None:
    zoe = Record("shop.user", 1, {"name": "zoe"})
    done = merge.merge(
        data(ANN, BOB, place(1, owner=None)), data(zoe, BOB, place(1, owner=2)), data(ANN, BOB, place(1, owner=["ann"]))
    )
    (conflict,) = done.conflicts
    assert conflict.theirs
    assert conflict.theirs.fields["owner"] == ["zoe"]
