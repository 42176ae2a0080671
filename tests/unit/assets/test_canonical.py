"""The canonical form is one: whatever order records came in, and a second time no change."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statusquo.assets import canonical
from statusquo.assets.dataset import Dataset, Json, Record
from statusquo.assets.formats import jsontext
from statusquo.assets.schema import Field, Model
from statusquo.core.rows import Kind
from tests.unit.assets.example_datasets import SHOP, loose, shops

ANY = loose | shops()


def text(dataset: Dataset) -> str:
    return jsontext.write(canonical.arrange(dataset).records)


@given(ANY, st.randoms(use_true_random=False))
def test_the_text_is_the_same_whatever_order_records_come_in(dataset: Dataset, chance: random.Random) -> None:
    shuffled = list(dataset.records)
    chance.shuffle(shuffled)
    assert text(dataset.having(shuffled)) == text(dataset)


@given(ANY)
def test_what_is_canonical_stays_as_it_is(dataset: Dataset) -> None:
    once = text(dataset)
    read = Dataset(tuple(jsontext.read(once, "x")), dataset.schema)
    assert text(read) == once == jsontext.write(read.records)


def test_models_go_by_label_and_rows_by_key() -> None:
    rows = [
        Record("b.b", 10, {}),
        Record("b.b", 9, {}),
        Record("a.a", "b", {}),
        Record("a.a", 3, {}),
        Record("a.a", None, {}),
    ]
    arranged = canonical.arrange(Dataset(tuple(rows))).records
    assert [each.subject for each in arranged] == ["a.a", "a.a:3", "a.a:b", "b.b:9", "b.b:10"]


def test_models_that_load_in_order_come_after_those_they_refer_to() -> None:
    assert canonical.loadable(sorted(SHOP.models), SHOP) == (
        "shop.note",
        "shop.tag",
        "shop.user",
        "shop.place",
        "shop.cafe",
    )


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("datetime", "2026-01-05T10:00:00.123+01:00", "2026-01-05T09:00:00.123000Z"),
        ("datetime", "2026-01-05 09:00:00.000Z", "2026-01-05T09:00:00Z"),
        ("datetime", "2026-01-05T09:00:00", "2026-01-05T09:00:00"),
        ("datetime", "0001-01-01T00:00:00+01:00", "0001-01-01T00:00:00+01:00"),
        ("datetime", "yesterday", "yesterday"),
        ("text", "2026-01-05T10:00:00+01:00", "2026-01-05T10:00:00+01:00"),
        ("text", 12, "12"),
        ("integer", "12", 12),
        ("integer", "1²", "1²"),
        ("decimal", 1.5, "1.5"),
        ("decimal", "1.50", "1.50"),
        ("decimal", "much", "much"),
        ("uuid", "A8098C1AF86E11DABD1A00112444BE1E", "a8098c1a-f86e-11da-bd1a-00112444be1e"),
        ("uuid", "x", "x"),
        ("json", [3, 1, 2], [3, 1, 2]),
        ("boolean", True, True),
    ],
)
def test_a_value_has_one_spelling_where_its_kind_is_known(kind: Kind, value: Json, expected: Json) -> None:
    model = Model("a.b", fields=(Field("x", kind),))
    assert canonical.spell(Record("a.b", 1, {"x": value}), model).fields == {"x": expected}
    assert canonical.spell(Record("a.b", 1, {"x": value}), None).fields == {"x": value}


@pytest.mark.parametrize(
    ("value", "expected"),
    [("10", "10.00"), (10, "10.00"), (1.5, "1.50"), ("-1.5", "-1.50"), ("1.234", "1.234"), ("NaN", "NaN"), ("", "")],
)
def test_a_decimal_has_the_places_of_its_column(value: Json, expected: Json) -> None:
    model = Model("a.b", fields=(Field("x", "decimal", places=2),))
    assert canonical.spell(Record("a.b", 1, {"x": value}), model).fields == {"x": expected}


def test_targets_are_sorted_and_other_lists_are_not() -> None:
    record = Record("shop.place", 1, {"tags": [10, 9, ["b"], ["a"]], "unknown": [2, 1]})
    assert canonical.spell(record, SHOP.get("shop.place")).fields == {"tags": [9, 10, ["a"], ["b"]], "unknown": [2, 1]}
