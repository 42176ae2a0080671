"""Pairs of branches drawn from a dataset: what people do to test data, with every reference kept whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st

from statusquo.assets import canonical, references
from statusquo.assets.dataset import Dataset, Json, Record
from tests.unit.assets.example_datasets import shops

ADDED = st.integers(51, 53)
"""Few keys, above those of the base: branches often take the same."""


@st.composite
def branches(draw: st.DrawFn) -> tuple[Dataset, Dataset, Dataset]:
    """A base, and two branches of it."""
    base = canonical.arrange(draw(shops()))
    return base, draw(edited(base)), draw(edited(base))


@st.composite
def edited(draw: st.DrawFn, base: Dataset) -> Dataset:
    """The base after a few rows were removed, changed and added."""
    dataset = _without(base, draw(st.lists(st.sampled_from(base.records), max_size=2)) if base.records else [])
    records = [_changed(draw, each, dataset) if draw(st.integers(0, 3)) == 0 else each for each in dataset.records]
    dataset = dataset.having(records)
    for model in ("shop.user", "shop.tag", "shop.place"):
        for pk in draw(st.lists(ADDED, unique=True, min_size=1, max_size=2)):
            dataset = _adding(draw, dataset, model, pk)
    return canonical.arrange(dataset)


def _without(base: Dataset, removed: Sequence[Record]) -> Dataset:
    """The dataset without rows, and without what would refer to them: as a database cascades, or empties."""
    gone = {(each.model, each.pk) for each in removed if isinstance(each.pk, int)}
    left = base.having(each for each in base.records if (each.model, each.pk) not in gone)
    while True:
        lost = references.dangling(left)
        if not lost:
            return left
        left = left.having(kept for each in left.records for kept in _repaired(each, lost))


def _repaired(record: Record, lost: tuple[references.Reference, ...]) -> list[Record]:
    mine = [each for each in lost if each.source is record]
    if any(not each.is_nullable for each in mine):
        return []
    fields = {**record.fields}
    for each in mine:
        held = fields[each.field]
        fields[each.field] = [one for one in held if one != each.value] if isinstance(held, list) else None
    return [replace(record, fields=fields)]


def _some(draw: st.DrawFn, dataset: Dataset, model: str) -> Json:
    """None, or a row; rather the last ones, which are new."""
    keys = [each.pk for each in dataset.records if each.model == model]
    return draw(st.sampled_from([*keys[:-3:-1], *keys, None]))


def _many(draw: st.DrawFn, dataset: Dataset) -> Json:
    tags = [each.pk for each in dataset.records if each.model == "shop.tag"]
    return [*draw(st.sets(st.sampled_from(tags)))] if tags else []


def _changed(draw: st.DrawFn, record: Record, dataset: Dataset) -> Record:
    match record.model:
        case "shop.user":
            return replace(record, fields={"name": f"{record.fields['name']} {draw(st.sampled_from('ab'))}"})
        case "shop.tag":
            return replace(record, fields={"word": draw(st.sampled_from("abc"))})
        case "shop.place":
            new: dict[str, Json] = {
                "owner": _some(draw, dataset, "shop.user"),
                "up": _some(draw, dataset, "shop.place"),
                "tags": _many(draw, dataset),
            }
            name = draw(st.sampled_from(sorted(new)))
            return replace(record, fields={**record.fields, name: new[name]})
        case "shop.note":
            about = _some(draw, dataset, "shop.place") or record.fields["object_id"]
            return replace(record, fields={**record.fields, "changed": "2026-02-01T00:00:00Z", "object_id": about})
        case _:
            return record


def _adding(draw: st.DrawFn, dataset: Dataset, model: str, pk: int) -> Dataset:
    if any(each.pk == pk and each.model == model for each in dataset.records):
        return dataset
    match model:
        case "shop.user":
            name = draw(st.sampled_from(["new", "newer", "newest", f"user {pk}"]))
            if any(each.model == model and each.fields["name"] == name for each in dataset.records):
                return dataset
            fields: dict[str, Json] = {"name": name}
        case "shop.tag":
            fields = {"word": draw(st.sampled_from("abc"))}
        case _:
            up = draw(st.sampled_from([pk, _some(draw, dataset, "shop.place")]))
            fields = {"owner": _some(draw, dataset, "shop.user"), "up": up, "tags": _many(draw, dataset)}
    return dataset.having([*dataset.records, Record(model, pk, fields)])
