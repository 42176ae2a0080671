"""The store that is a mapping, beyond the laws: what its report and its diff say."""

from __future__ import annotations

import pytest

from statusquo.core.baseline import Touched
from statusquo.core.diff import Change
from statusquo.core.errors import StaleBaseline
from statusquo.stores.memory import MemoryStore


def test_nothing_written_is_nothing_to_put_back() -> None:
    store = MemoryStore("memory")
    store.put("users", "1", {"name": "Ada"})
    assert store.rewind(store.capture()).is_clean


def test_a_report_counts_by_group() -> None:
    store = MemoryStore("memory")
    store.put("users", "1", {"name": "Ada"})
    baseline = store.capture()
    store.put("users", "1", {"name": "Grace"})
    store.put("users", "2", {"name": "Ada"})
    store.put("roles", "1", {"name": "admin"})
    assert store.rewind(baseline).touched == (Touched("roles", 1), Touched("users", 2))
    assert store.groups == {"users": {"1": {"name": "Ada"}}}


def test_a_diff_shows_what_was_and_what_is() -> None:
    store = MemoryStore("memory")
    store.put("users", "1", {"name": "Ada"})
    baseline = store.capture()
    store.put("users", "1", {"name": None})
    assert store.diff(baseline).changes == (Change("updated", "users", "1", {"name": "Ada"}, {"name": None}),)


def test_an_item_that_is_not_there_can_be_removed() -> None:
    store = MemoryStore("memory")
    store.remove("users", "1")
    assert store.groups == {}


def test_a_dropped_baseline_is_named_by_its_depth() -> None:
    store = MemoryStore("memory")
    outer, inner = store.capture(), store.capture()
    store.rewind(outer)
    with pytest.raises(StaleBaseline) as raised:
        store.rewind(inner)
    assert str(raised.value) == (
        'Store "memory" does not have the baseline of depth 1 any more. '
        "A rewind to an outer baseline dropped it, or it was captured from another store. "
        "Capture a new one after going back to an outer one."
    )


def test_a_later_baseline_of_the_same_depth_is_another_one() -> None:
    store = MemoryStore("memory")
    outer, inner = store.capture(), store.capture()
    store.rewind(outer)
    store.capture()
    with pytest.raises(StaleBaseline):
        store.diff(inner)
