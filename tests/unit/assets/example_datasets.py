"""A small schema with every kind of reference, and datasets that fit it, drawn by Hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from statusquo.assets import schema
from statusquo.assets.dataset import Dataset, Json, Record
from statusquo.assets.schema import Field, Generic, Many, Model

_ID = Field("id", "integer", optional=True, maximum=2**31 - 1)
USER = Model("shop.user", fields=(_ID, Field("name", "text", max_length=20)), unique=(("name",),), natural=("name",))
TAG = Model("shop.tag", fields=(_ID, Field("word", "text")))
PLACE = Model(
    "shop.place",
    fields=(
        _ID,
        Field("owner", "integer", to="shop.user", null=True),
        Field("up", "integer", to="shop.place", null=True),
    ),
    many=(Many("tags", "shop.tag"),),
)
CAFE = Model(
    "shop.cafe",
    pk=("place_ptr",),
    parents=("shop.place",),
    fields=(Field("place_ptr", "integer", to="shop.place"), Field("opened", "datetime", null=True)),
)
NOTE = Model(
    "shop.note",
    fields=(
        _ID,
        Field("content_type", "integer", to="contenttypes.contenttype"),
        Field("object_id", "integer"),
        Field("data", "json"),
        Field("changed", "datetime", auto="now"),
    ),
    generics=(Generic("object", "content_type", "object_id"),),
)
PICTURE = Model("shop.picture", fields=(_ID, Field("image", "file", optional=True)))
"""Not in SHOP: for datasets with files."""
SHOP = schema.of(USER, TAG, PLACE, CAFE, NOTE)
MOMENTS = ("2026-01-05T09:00:00Z", "2026-01-05T10:00:00.123+01:00", "2026-01-05 09:00:00.000001Z")

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
jsons: st.SearchStrategy[Json] = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=6
)
keys = st.none() | st.integers() | texts | st.lists(st.integers() | texts, min_size=2, max_size=2)
words = st.from_regex(r"[a-z_][a-z0-9_]{0,6}", fullmatch=True)
records = st.builds(
    Record,
    model=st.builds("{}.{}".format, words, words),
    pk=keys,
    fields=st.dictionaries(words | texts.filter(bool), jsons, max_size=5),
)
loose = st.lists(records, max_size=6).map(lambda each: Dataset(tuple(each)))
"""Datasets of which nothing is known."""


@st.composite
def shops(draw: st.DrawFn) -> Dataset:
    """Datasets that fit SHOP, without a dangling reference."""

    def some(pool: list[int]) -> int | None:
        return draw(st.sampled_from([None, *pool]))

    numbers = st.lists(st.integers(1, 50), unique=True, max_size=5)
    users, tags, places = draw(numbers), draw(numbers), draw(numbers)
    cafes = [pk for pk in places if draw(st.booleans())]
    rows = [Record("shop.user", pk, {"name": f"user {pk}"}) for pk in users]
    rows += [Record("shop.tag", pk, {"word": draw(texts)}) for pk in tags]
    rows += [
        Record(
            "shop.place",
            pk,
            {"owner": some(users), "up": some(places), "tags": [*draw(st.permutations(tags))]},
        )
        for pk in places
    ]
    rows += [Record("shop.cafe", pk, {"opened": draw(st.none() | st.sampled_from(MOMENTS))}) for pk in cafes]
    rows += [
        Record(
            "shop.note",
            at,
            {
                "content_type": ["shop", "place"],
                "object_id": pk,
                "data": draw(jsons),
                "changed": draw(st.sampled_from(MOMENTS)),
            },
        )
        for at, pk in enumerate(places, 1)
    ]
    return Dataset(tuple(draw(st.permutations(rows))), SHOP)
