"""Who points to whom, which row is which, and what is left when keys change."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statusquo.assets import files, identity, references, renumber, schema, sidecar
from statusquo.assets.dataset import Dataset, Json, Record
from statusquo.assets.schema import Field, Model
from statusquo.core.errors import DatasetError
from tests.unit.assets.example_datasets import SHOP, shops

Graph = list[tuple[int, str, int]]


def graph(dataset: Dataset) -> Graph:
    at = {id(record): number for number, record in enumerate(dataset.records)}
    found = references.index(dataset)
    targets = ((each, found.resolve(each)) for each in references.edges(dataset))
    return sorted((at[id(each.source)], each.field, at[id(target)]) for each, target in targets if target)


@given(shops(), st.sampled_from(sorted(SHOP.models)), st.integers(-5, 100))
def test_renumbering_keeps_the_graph(dataset: Dataset, model: str, start: int) -> None:
    after = renumber.apply(dataset, model, renumber.consecutive(dataset, model, start))
    assert graph(after) == graph(dataset)
    assert references.dangling(after) == ()
    assert list(renumber.keys(after, model)) == list(range(start, start + len(renumber.keys(dataset, model))))


@given(shops(), st.sampled_from(sorted(SHOP.models)), st.data())
def test_renumbering_back_is_as_if_nothing_had_been(dataset: Dataset, model: str, data: st.DataObject) -> None:
    have = renumber.keys(dataset, model)
    numbers = dict(zip(have, data.draw(st.permutations(range(1, len(have) + 1))), strict=True))
    back = {new: old for old, new in numbers.items()}
    assert renumber.apply(renumber.apply(dataset, model, numbers), model, back) == dataset


@given(shops(), st.sampled_from(sorted(SHOP.models)), st.sets(st.integers(1, 60)))
def test_what_collides_gets_a_number_that_is_free(dataset: Dataset, model: str, taken: set[int]) -> None:
    after = renumber.apply(dataset, model, renumber.avoiding(dataset, model, taken))
    assert graph(after) == graph(dataset)
    assert not taken & set(renumber.keys(after, model))


def test_a_row_and_those_it_inherits_from_are_renumbered_together() -> None:
    rows = (Record("shop.place", 7, {"owner": None, "up": 7, "tags": []}), Record("shop.cafe", 7, {"opened": None}))
    after = renumber.apply(Dataset(rows, SHOP), "shop.cafe", {7: 1})
    assert [(each.model, each.pk, each.fields.get("up")) for each in after.records] == [
        ("shop.place", 1, 1),
        ("shop.cafe", 1, None),
    ]


def test_a_generic_reference_to_another_model_stays() -> None:
    note: dict[str, Json] = {"content_type": ["shop", "tag"], "object_id": 7, "data": 7, "changed": None}
    dataset = Dataset((Record("shop.place", 7, {}), Record("shop.tag", 7, {}), Record("shop.note", 7, note)), SHOP)
    assert renumber.apply(dataset, "shop.place", {7: 1}).records[2] == dataset.records[2]
    assert renumber.apply(dataset, "shop.tag", {7: 1}).records[2].fields == {**note, "object_id": 1}


@pytest.mark.parametrize(
    ("model", "numbers", "message"),
    [
        ("shop.user", {1: 2}, "shop.user: two rows would have the key 2. Give one of them another number."),
        ("shop.usr", {1: 2}, "There are no rows of 'shop.usr'. Did you mean 'shop.user'?"),
    ],
)
def test_what_would_lose_rows_is_refused(model: str, numbers: renumber.Numbers, message: str) -> None:
    dataset = Dataset((Record("shop.user", 1, {"name": "a"}), Record("shop.user", 2, {"name": "b"})), SHOP)
    with pytest.raises(DatasetError) as caught:
        renumber.apply(dataset, model, numbers)
    assert str(caught.value) == message


def test_nothing_is_renumbered_without_facts() -> None:
    with pytest.raises(DatasetError, match=r"a\.b: what its rows refer to is not known\."):
        renumber.apply(Dataset((Record("a.b", 1, {}),)), "a.b", {1: 2})


def dataset(owner: Json, **fields: Json) -> Dataset:
    place = {"owner": owner, "up": None, "tags": [], **fields}
    return Dataset((Record("shop.user", 1, {"name": "ann"}), Record("shop.place", 5, place)), SHOP)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (dataset(1), []),
        (dataset("1"), []),
        (dataset(["ann"]), []),
        (dataset(None), []),
        (dataset(2), [("owner", 2)]),
        (dataset(["bob"]), [("owner", ["bob"])]),
        (dataset(1, tags=[3, 4]), [("tags", 3), ("tags", 4)]),
        (Dataset((Record("shop.cafe", 9, {"opened": None}),), SHOP), [("pk", 9)]),
        (Dataset((Record("x.y", 9, {"owner": 3}),)), []),
    ],
)
def test_what_points_nowhere_is_found(data: Dataset, expected: list[tuple[str, Json]]) -> None:
    assert [(each.field, each.value) for each in references.dangling(data)] == expected


def test_rows_that_come_from_elsewhere_are_not_missed() -> None:
    assert references.dangling(dataset(2), ["shop.user"]) != ()
    only_place = dataset(2).having(dataset(2).records[1:])
    assert references.dangling(only_place, ["shop.user"]) == ()


def test_a_natural_key_spells_out_references() -> None:
    line = Model(
        "shop.line", fields=(Field("user", "integer", to="shop.user"), Field("at", "integer")), natural=("at", "user")
    )
    user, row = Record("shop.user", 1, {"name": "ann"}), Record("shop.line", None, {"user": 1, "at": 3})
    known = schema.of(line, *SHOP.models.values())
    assert references.index(Dataset((user, row), known)).natural(row) == [3, "ann"]


def test_identity_is_the_unique_key_then_the_primary_key() -> None:
    assert identity.key_fields(SHOP.get("shop.user")) == ("name",)
    assert identity.key_fields(SHOP.get("shop.tag")) == ()
    one, two = dataset(1), renumber.apply(dataset(1), "shop.user", {1: 8})
    assert identity.by_identity(one).keys() == identity.by_identity(two).keys()
    assert set(identity.by_identity(one)) == {("shop.user", '["key", "ann"]'), ("shop.place", '["pk", "5"]')}


def test_real_fixtures_have_an_identity_for_every_row() -> None:
    data = Path(__file__).parents[2] / "data"
    for path in sorted(each for each in data.glob("*.json") if not each.name.endswith(sidecar.SUFFIX)):
        read = files.read(path).dataset
        assert sum(len(each) for each in identity.by_identity(read).values()) == len(read.records)
