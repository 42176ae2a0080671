"""Subsets and prunings: what comes with a row, what goes with it, and that nothing is left dangling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statusquo.assets import closing, meant, pruning, references, schema
from statusquo.assets.closing import Down, Rules
from statusquo.assets.dataset import Dataset, Json, Record
from statusquo.assets.schema import Field, Model
from statusquo.assets.trace import Trace
from statusquo.core.errors import DatasetError
from tests.unit.assets.example_datasets import SHOP, shops

RULES = st.builds(
    Rules,
    nullable=st.sampled_from(["follow", "null"]),
    has_many=st.booleans(),
    down=st.lists(st.sampled_from([Down("shop.place", "up"), Down("shop.place", "tags", 1)]), max_size=2).map(tuple),
)


def place(pk: int, **fields: Json) -> Record:
    return Record("shop.place", pk, {"owner": None, "up": None, "tags": [], **fields})


def note(pk: int, on: int) -> Record:
    fields: dict[str, Json] = {"content_type": ["shop", "place"], "object_id": on, "data": {}, "changed": None}
    return Record("shop.note", pk, fields)


ANN, BOB = Record("shop.user", 1, {"name": "ann"}), Record("shop.user", 2, {"name": "bob"})
TAG, CAFE = Record("shop.tag", 1, {"word": "x"}), Record("shop.cafe", 3, {"opened": None})
TREE = (place(1, owner=1), place(2, up=1, tags=[1]), place(3, up=1, owner=2), CAFE, note(1, 2))
DATA = Dataset((ANN, BOB, TAG, *TREE), SHOP)


def subjects(rows: tuple[Record, ...]) -> list[str]:
    return [each.subject for each in rows]


@pytest.mark.parametrize(
    ("root", "rules", "kept"),
    [
        ("shop.user:1", Rules(), ["shop.user:1"]),
        ("shop.cafe", Rules(), ["shop.user:1", "shop.user:2", "shop.place:1", "shop.place:3", "shop.cafe:3"]),
        ("shop.cafe:3", Rules("null"), ["shop.place:3", "shop.cafe:3"]),
        ("shop.note:*", Rules("null", True), ["shop.tag:1", "shop.place:2", "shop.note:1"]),
        ("shop.user:name=b*", Rules("null", False, (Down("shop.place", "owner"),)), ["shop.user:2", "shop.place:3"]),
        ("shop.place:1", Rules("null", False, (Down("shop.place", "up", 1),)), ["shop.place:1", "shop.place:2"]),
        ("shop.place:3", Rules("null", False, (Down("shop.cafe", "place_ptr"),)), ["shop.place:3", "shop.cafe:3"]),
        ("shop.place:up=1,owner=2", Rules("null"), ["shop.place:3"]),
    ],
)
def test_what_comes_with_a_row(root: str, rules: Rules, kept: list[str]) -> None:
    assert subjects(closing.close(DATA, meant.rows(DATA, root), rules).records) == kept


PAGE = Model("cms.page", fields=tuple(Field(each, "text") for each in ("id", "path", "depth", "numchild")))


def page(pk: int, path: str, numchild: int) -> Record:
    return Record("cms.page", pk, {"path": path, "depth": len(path) // 4, "numchild": numchild})


PAGES = Dataset(
    (page(1, "0001", 2), page(2, "00010001", 1), page(3, "000100010001", 0), page(4, "00010002", 0)), schema.of(PAGE)
)


def test_a_row_of_a_tree_comes_with_those_above_it_and_goes_with_them() -> None:
    closed = closing.close(PAGES, meant.rows(PAGES, "cms.page:3"), Rules())
    assert subjects(closed.records) == ["cms.page:1", "cms.page:2", "cms.page:3"]
    assert closed.path(closed.records[0]) == "cms.page:3.path → cms.page:2.path → cms.page:1"
    cut = closing.without(PAGES, meant.rows(PAGES, "cms.page:2"))
    assert subjects(cut.gone) == ["cms.page:2", "cms.page:3"]
    assert cut.dataset.records == (page(1, "0001", 1), page(4, "00010002", 0))
    assert closing.without(PAGES, ()).dataset.records == PAGES.records


def test_it_is_said_why_a_row_is_in() -> None:
    closed = closing.close(DATA, [CAFE], Rules())
    assert closed.path(ANN) == "shop.cafe:3.pk → shop.place:3.up → shop.place:1.owner → shop.user:1"


@pytest.mark.parametrize(
    ("root", "told"),
    [
        ("shop.usr:1", "There are no rows of 'shop.usr'. Did you mean 'shop.user'?"),
        ("shop.user:7", "shop.user:7: none of the 2 rows of shop.user is like that."),
        ("shop.user:nam=ann", "shop.user:nam=ann: none of the 2 rows"),
    ],
)
def test_a_root_that_is_none_is_refused(root: str, told: str) -> None:
    with pytest.raises(DatasetError) as error:
        meant.rows(DATA, root)
    assert str(error.value).startswith(told)


def test_without_facts_nothing_is_left_out() -> None:
    with pytest.raises(DatasetError, match=r"^shop\.user: what its rows refer to is not known\."):
        closing.close(Dataset((ANN,)), [ANN], Rules())


@given(shops(), RULES, st.data())
def test_a_subset_is_whole_and_the_same_each_time(dataset: Dataset, rules: Rules, data: st.DataObject) -> None:
    roots = data.draw(st.lists(st.sampled_from(dataset.records), max_size=3)) if dataset.records else []
    closed = closing.close(dataset, roots, rules)
    kept = {id(each) for each in closed.records}
    cut = closing.without(dataset, [each for each in dataset.records if id(each) not in kept])
    assert not cut.also
    assert {id(each) for each in roots} <= kept
    assert references.dangling(cut.dataset) == ()
    assert subjects(cut.dataset.records) == subjects(closed.records)
    other = dataset.having(reversed(dataset.records))
    assert sorted(subjects(closing.close(other, roots, rules).records)) == sorted(subjects(closed.records))


@given(shops(), st.data())
def test_what_is_cut_out_leaves_nothing_dangling(dataset: Dataset, data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.sampled_from(dataset.records), max_size=4)) if dataset.records else []
    cut = closing.without(dataset, rows)
    assert references.dangling(cut.dataset) == ()
    assert {id(each) for each in rows} <= {id(each) for each in cut.gone}
    assert len(cut.gone) + len(cut.dataset.records) == len(dataset.records)


def test_what_cannot_be_without_goes_too() -> None:
    cut = closing.without(DATA, [TREE[1], BOB])
    assert subjects(cut.gone) == ["shop.user:2", "shop.place:2", "shop.note:1"]
    assert subjects(cut.also) == ["shop.note:1"]
    assert list(pruning.told(cut))[1:] == [
        "shop.place: 1 rows, 82 bytes",
        "shop.note: 1 rows, 124 bytes, 1 of them because they need a row that goes",
    ]
    assert place(3, up=1) in cut.dataset.records


def test_orphans_leave_orphans() -> None:
    assert subjects(pruning.orphans(DATA, ["shop.cafe", "shop.note"])) == []
    assert subjects(pruning.orphans(DATA, ["shop.cafe"])) == []
    left = DATA.having(each for each in DATA.records if each.model != "shop.note")
    assert subjects(pruning.orphans(left, ["shop.cafe"])) == ["shop.place:2", "shop.tag:1"]


def test_noise_that_somebody_refers_to_stays() -> None:
    assert subjects(pruning.noisy(DATA, ["shop.user", "shop.note"])) == ["shop.note:1"]
    assert pruning.noisy(DATA, ["shop.note"], ["shop.n*"]) == ()


def test_dangling_references_go_with_what_needs_them() -> None:
    data = Dataset((place(1, owner=7, tags=[3]), note(1, 9), note(2, 1), Record("shop.cafe", 5, {})), SHOP)
    cut = pruning.without_dangling(data, [])
    assert subjects(cut.gone) == ["shop.note:1", "shop.cafe:5"]
    assert cut.dataset.records == (place(1), note(2, 1))
    provided = pruning.without_dangling(data, ["shop.user", "shop.tag"])
    assert provided.dataset.records == (place(1, owner=7, tags=[3]), note(2, 1))


def test_rows_that_were_read_keep_what_they_refer_to() -> None:
    rows = pruning.unused(DATA, Trace(frozenset({("shop.place", "2")})))
    assert subjects(rows) == ["shop.user:2", "shop.place:3", "shop.cafe:3", "shop.note:1"]


@given(st.sets(st.integers(0, 40)), st.integers(0, 40), st.integers(1, 5))
def test_all_that_can_go_goes(needed: set[int], count: int, least: int) -> None:
    units = range(count)
    tries: list[object] = []

    def is_fine(gone: object) -> bool:
        tries.append(gone)
        assert isinstance(gone, list)
        return not needed & set(gone)

    gone = pruning.together(units, is_fine)
    assert set(gone) == set(units) - needed
    assert len(tries) <= 1 + 2 * 6 * len(needed & set(units))
    assert not needed & set(pruning.together(units, is_fine, least))
