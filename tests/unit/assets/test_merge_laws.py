"""What holds for every merge, on drawn datasets with inheritance, lists, generic references and unique keys."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statusquo.assets import canonical, compare, merge, references, schema
from statusquo.assets.dataset import Dataset, Json, Record
from statusquo.assets.merge import Conflict, Merged
from statusquo.assets.merging import settled
from statusquo.assets.schema import Field, Model
from tests.unit.assets.example_datasets import shops
from tests.unit.assets.merge_cases import branches

Three = tuple[Dataset, Dataset, Dataset]
drawn = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@drawn
@given(branches())
def test_what_only_one_side_changed_is_taken_as_it_is(three: Three) -> None:
    base, one, _ = three
    for ours, theirs in ((one, one), (one, base), (base, one)):
        merged = merge.merge(base, ours, theirs)
        assert merged.dataset.records == one.records
        assert not merged.conflicts
        assert not [each for each in merged.renumbered if (each.side == "theirs") == (theirs is one)]


@drawn
@given(shops())
def test_nothing_changed_is_nothing_to_merge(dataset: Dataset) -> None:
    merged = merge.merge(dataset, dataset, dataset)
    assert (merged.dataset.records, merged.conflicts) == (canonical.arrange(dataset).records, ())


@drawn
@given(branches())
def test_the_sides_may_be_swapped(three: Three) -> None:
    base, one, two = three
    merged, swapped = merge.merge(base, one, two), merge.merge(base, two, one)
    assert sorted(each.kind for each in merged.conflicts) == sorted(each.kind for each in swapped.conflicts)
    if not merged.conflicts:
        assert merged.dataset.counts == swapped.dataset.counts
        keyed = [each for each in compare.compare(merged.dataset, swapped.dataset) if each.model == "shop.user"]
        assert {each.kind for each in keyed} <= {"renumbered"}


@drawn
@given(branches())
def test_a_clean_result_refers_to_what_is_there(three: Three) -> None:
    merged = merge.merge(*three)
    if not merged.conflicts:
        assert not references.dangling(merged.dataset)
        keys = [(each.model, each.pk) for each in merged.dataset.records]
        assert len(keys) == len(set(keys))
        names = [each.fields["name"] for each in merged.dataset.records if each.model == "shop.user"]
        assert len(names) == len(set(names))


@drawn
@given(branches())
def test_no_row_of_a_clean_merge_is_lost_and_each_keeps_what_it_means(three: Three) -> None:
    base, one, two = three
    merged = merge.merge(base, one, two)
    if merged.conflicts:
        return
    there = {(each.model, each.pk) for each in merged.dataset.records}
    in_base = {(each.model, each.pk) for each in base.records}
    for side, dataset, other in (("ours", one, two), ("theirs", two, one)):
        moved = {(each.model, each.before): each.after for each in merged.renumbered if each.side == side}
        kept = {(each.model, each.pk) for each in other.records}
        for record in dataset.records:
            name = (record.model, record.pk)
            if name not in in_base or name in kept:
                assert (record.model, moved.get(name, record.pk)) in there, (side, record)
        _means_the_same(dataset, merged.dataset, moved, three)


def _means_the_same(side: Dataset, result: Dataset, moved: dict[tuple[str, Json], Json], three: Three) -> None:
    """The owner of a place that this side added is the same user in the result, by name or as somebody renamed them."""
    added = {each.pk for each in side.records} - {each.pk for each in three[0].records}
    index, after = references.index(side), references.index(result)
    found = {(each.source.model, each.source.pk, each.field): each for each in references.edges(result)}
    for each in references.edges(side):
        if each.source.model == "shop.place" and each.source.pk in added and each.field == "owner":
            pk = moved.get(("shop.place", each.source.pk), each.source.pk)
            target = index.resolve(each)
            meant = after.resolve(found["shop.place", pk, "owner"])
            assert target
            assert meant
            assert moved.get(("shop.user", target.pk), target.pk) == meant.pk


@drawn
@given(branches(), st.booleans(), st.booleans())
def test_rows_that_nothing_is_decided_about_change_nothing_in_the_result(
    three: Three, one_by_name: bool, two_by_name: bool
) -> None:
    base, one, two = three
    wanted = (base, _by_name(one) if one_by_name else one, _by_name(two) if two_by_name else two)
    quick, slow = merge.merge(*wanted), _without_a_short_cut(*wanted)
    assert quick.dataset.records == slow.dataset.records
    assert quick.renumbered == slow.renumbered
    assert [_plain(each) for each in quick.conflicts] == [_plain(each) for each in slow.conflicts]


PERSON = Model(
    "a.person",
    fields=(
        Field("id", "integer"),
        Field("name", "text"),
        Field("mail", "text"),
        Field("a", "text"),
        Field("b", "text"),
    ),
    unique=(("name",), ("a", "b")),
)
CARD = Model(
    "a.card", pk=("of",), fields=(Field("of", "integer", to="a.person"), Field("code", "text")), unique=(("code",),)
)
NOTE = Model("a.note", fields=(Field("id", "integer"), Field("of", "integer", to="a.person")))


def person(pk: int, name: str, **fields: Json) -> Record:
    return Record("a.person", pk, {"name": name, "mail": name, "a": name, "b": name, **fields})


def card(pk: int, code: str) -> Record:
    return Record("a.card", pk, {"code": code})


ANN, BOB, EVE = person(1, "ann"), person(2, "bob"), person(3, "eve", a="x", b="y")
ANNS = Record("a.note", 1, {"of": 1})


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "kinds"),
    [
        # theirs gave the key to another row: what refers to it there means that one
        (
            (ANN, ANNS),
            (replace(ANN, fields={**ANN.fields, "mail": "new"}), ANNS),
            (person(1, "zoe"), ANNS),
            ["deleted"],
        ),
        # the sides together make a row like one that nobody touched
        ((ANN, EVE), (person(1, "ann", a="x"), EVE), (person(1, "ann", b="y"), EVE), ["unique"]),
        # a key that is that of another row cannot be changed, though nobody touched the other
        ((ANN, BOB), (ANN, BOB, card(1, "x")), (ANN, BOB, card(1, "y")), ["key"]),
    ],
)
def test_rows_that_nobody_touched_are_looked_at_where_they_matter(
    base: tuple[Record, ...], ours: tuple[Record, ...], theirs: tuple[Record, ...], kinds: list[str]
) -> None:
    three = [Dataset(each, schema.of(PERSON, CARD, NOTE)) for each in (base, ours, theirs)]
    quick, slow = merge.merge(*three), _without_a_short_cut(*three)
    assert [each.kind for each in slow.conflicts] == kinds
    assert quick.dataset.records == slow.dataset.records
    assert [_plain(each) for each in quick.conflicts] == [_plain(each) for each in slow.conflicts]


def _by_name(dataset: Dataset) -> Dataset:
    """The dataset with owners by natural key."""
    names = {each.pk: each.fields["name"] for each in dataset.records if each.model == "shop.user"}
    return dataset.having(
        replace(each, fields={**each.fields, "owner": [names[each.fields["owner"]]]})
        if each.model == "shop.place" and each.fields["owner"] in names
        else each
        for each in dataset.records
    )


def _without_a_short_cut(*three: Dataset) -> Merged:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settled, "split", settled.nothing)
        return merge.merge(*three)


def _plain(conflict: Conflict) -> tuple[object, ...]:
    return conflict.kind, conflict.record, conflict.base, conflict.ours, conflict.theirs, conflict.fields
