"""A change in memory is named by the path that leads to it."""

from __future__ import annotations

import copy

from hypothesis import given
from hypothesis import strategies as st

from statusquo.django.frames import mutations
from statusquo.django.frames.mutations import Change

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


class Uncomparable:
    def __eq__(self, other: object) -> bool:
        raise TypeError("not with me")

    __hash__ = None  # type: ignore[assignment]


@given(values)
def test_what_nobody_changed_has_no_changes(value: object) -> None:
    before = mutations.picture("value", value)
    assert mutations.changes(before, mutations.picture("value", copy.deepcopy(value))) == ()


@given(st.lists(values, min_size=1, max_size=4), st.data())
def test_what_was_replaced_is_named(value: list[object], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(value) - 1))
    before = mutations.picture("value", value)
    value[index] = object()
    paths = [change.path for change in mutations.changes(before, mutations.picture("value", value))]
    assert paths
    assert all(f"value[{index}]" in path for path in paths)


def test_a_list_inside_that_grew() -> None:
    value = {"names": ["a"]}
    before = mutations.picture("world", value)
    value["names"].append("b")
    assert mutations.changes(before, mutations.picture("world", value)) == (
        Change("len(world['names'])", "1", "2"),
        Change("world['names'][1]", "nothing", "'b'"),
    )


def test_a_change_reads_as_a_sentence() -> None:
    assert str(Change("site.name", "'a'", "'b'")) == "site.name was 'a' and is 'b'"


def test_what_cannot_be_compared_is_known_by_its_identity() -> None:
    value = [Uncomparable()]
    before = mutations.picture("value", value)
    assert mutations.changes(before, mutations.picture("value", value)) == ()
    value[0] = Uncomparable()
    assert [each.path for each in mutations.changes(before, mutations.picture("value", value))] == ["value[0]"]
