"""Locks merged: what either branch changed, and what only one of them knows."""

from __future__ import annotations

from dataclasses import replace

from statusquo.assets.dataset import Dataset, Record
from statusquo.assets.merging import behind, locks
from statusquo.assets.merging.behind import Side
from statusquo.assets.sidecar import Lock

BASE = Lock(
    "", {}, {"shop": ("0001",)}, {"a.b": "noise"}, selected=("shop",), volumes={"media": {"x": "1"}, "old": {"y": "1"}}
)


def test_migrations_and_files_are_those_that_either_side_made() -> None:
    ours = replace(BASE, migrations={"shop": ("0002",)}, volumes={"media": {"x": "1", "z": "1"}})
    theirs = replace(BASE, excluded={"c.d": "noise"}, volumes={**BASE.volumes, "media": {}, "new": {"n": "1"}})
    merged = locks.merge([BASE, ours, theirs], Dataset())
    assert merged
    assert merged.migrations == {"shop": ("0002",)}
    assert merged.volumes == {"media": {"z": "1"}, "new": {"n": "1"}}
    assert merged.excluded == {"a.b": "noise", "c.d": "noise"}
    assert merged.selected == ("shop",)


def test_migrations_that_both_made_are_both_last() -> None:
    ours, theirs = (replace(BASE, migrations={"shop": (name,)}) for name in ("0002_a", "0002_b"))
    merged = locks.merge([BASE, ours, theirs], Dataset())
    assert merged
    assert merged.migrations == {"shop": ("0002_a", "0002_b")}


def test_rows_that_have_not_been_through_migrations_of_the_other_side_are_told() -> None:
    row = Record("shop.user", 1, {"name": "ann"})
    base = Side("base", Dataset((row,)), BASE)
    ours = Side(
        "ours", Dataset((replace(row, fields={"title": "ann"}),)), replace(BASE, migrations={"shop": ("0002",)})
    )
    theirs = Side("theirs", Dataset((row, replace(row, pk=2))), BASE)
    (said,) = behind.told(base, ours, theirs)
    assert said == (
        "shop: rows that theirs changed have not been through 0002. Carry them first, with 'statusquo migrate-data' on "
        "that branch, and merge again; or look at them."
    )
    assert [*behind.told(base, ours, replace(theirs, dataset=base.dataset))] == []
    assert [*behind.told(base, base, theirs)] == []
    both = replace(theirs, lock=replace(BASE, migrations={"shop": ("0002_b",)}))
    assert [each.split()[3] for each in behind.told(base, ours, both)] == ["ours", "theirs"]
    assert [*behind.told(replace(base, lock=None), replace(ours, lock=None), theirs)] == []


def test_the_only_lock_is_the_lock() -> None:
    assert locks.merge([None, None, None], Dataset()) is None
    merged = locks.merge([None, None, BASE], Dataset())
    assert merged
    assert merged.volumes == BASE.volumes
