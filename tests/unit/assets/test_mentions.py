"""Numbers in tests that may mean rows which were renumbered."""

from __future__ import annotations

import pytest

from statusquo.assets import mentions
from tests.unit.assets.example_datasets import SHOP

USER = mentions.words(SHOP, "shop.user")


def test_a_row_is_called_as_its_model_its_relatives_and_those_that_refer_to_it() -> None:
    assert {"user", "owner"} == USER
    assert mentions.words(SHOP, "shop.cafe") == {"place", "cafe", "up"}


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('api.get("/api/users/5/")', [5]),
        ("owner_id = 5", [5]),
        ("users[5] == users[7]", [5, 7]),
        ('"owner": 5,', [5]),
        ("assert user.pk == 5.5", []),
        ("version 5.0 of user", []),
        ("user5, user_50, 15 users", []),
        ("places[5]", []),
        ("user = 6", []),
    ],
)
def test_a_number_counts_where_its_line_speaks_of_the_model(line: str, found: list[int]) -> None:
    text = f"\n{line}\n"
    assert [(each.place.line, each.before) for each in mentions.find(text, "a.py", USER, {5: 6, 7: 8})] == [
        (2, number) for number in found
    ]
