"""A merge held against one that knows each row by a name that nobody else uses, and references by these names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Union

from hypothesis import HealthCheck, given, settings

from statusquo.assets import merge, references, schema
from statusquo.assets.dataset import Dataset, Json
from statusquo.assets.schema import Field
from tests.unit.assets.example_datasets import SHOP
from tests.unit.assets.merge_cases import branches

WHO = "who"
NAMED = schema.of(*(replace(each, fields=(*each.fields, Field(WHO, "text"))) for each in SHOP.models.values()))
Held = Union[Json, frozenset[str]]  # noqa: UP007 - Json is a name that is not there yet at run time
Rows = dict[str, Mapping[str, Held]]
"""What each row holds, by its name: references as the names of rows, lists of them as sets."""


UNDECIDED = "both sides changed it"


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(branches())
def test_a_clean_merge_is_what_the_rows_mean(three: tuple[Dataset, Dataset, Dataset]) -> None:
    base, ours, theirs = three
    known = {(each.model, each.pk) for each in base.records}
    named = [_named(each, side, known) for each, side in ((base, ""), (ours, "ours "), (theirs, "theirs "))]
    found = merge.merge(*named)
    if found.conflicts:
        return
    wanted = _merged(*map(_meaning, named))
    assert wanted is not None, "a conflict was not seen"
    assert _meaning(found.dataset) == wanted


def _named(dataset: Dataset, side: str, known: set[tuple[str, Json]]) -> Dataset:
    """The dataset with a name for each row: that of the base, or the side's own."""
    rows = (
        replace(each, fields={**each.fields, WHO: f"{'' if (each.model, each.pk) in known else side}{each.subject}"})
        for each in dataset.records
    )
    return Dataset(tuple(rows), NAMED)


def _meaning(dataset: Dataset) -> Rows:
    """What the rows hold, by their names; what changes by itself means nothing."""
    index = references.index(dataset)
    rows: dict[str, dict[str, Held]] = {}
    for record in dataset.records:
        name = str(record.fields[WHO])
        assert name not in rows, "a row is there twice"
        rows[name] = {key: value for key, value in record.fields.items() if key not in {WHO, "changed"}}
        rows[name] |= {"tags": frozenset()} if "tags" in record.fields else {}
    for each in references.edges(dataset):
        target = index.resolve(each)
        row, held = rows[str(each.source.fields[WHO])], "" if target is None else str(target.fields[WHO])
        if each.model != "contenttypes.contenttype":
            assert target, "a reference to nothing"
            before = row.get(each.field)
            row[each.field] = before | {held} if isinstance(before, frozenset) else held
    return dict(rows)


def _merged(base: Rows, ours: Rows, theirs: Rows) -> Rows | None:
    """What both sides made of the base; None if people have to decide something."""
    rows: Rows = {}
    for name in {**base, **ours, **theirs}:
        was, one, two = (each.get(name) for each in (base, ours, theirs))
        if was is not None and (one is None or two is None):
            if (one or two or was) != was:
                return None
            continue
        first, second = one or two or {}, two or one or {}
        rows[name] = {key: _value((was or {}).get(key), first[key], second[key]) for key in first}
        if UNDECIDED in rows[name].values():
            return None
    return rows


def _value(was: Held, one: Held, two: Held) -> Held:
    if isinstance(one, frozenset) and isinstance(two, frozenset):
        before = was if isinstance(was, frozenset) else frozenset()
        return (one & two) | (one - before) | (two - before)
    return one if two in (one, was) else two if one == was else UNDECIDED
