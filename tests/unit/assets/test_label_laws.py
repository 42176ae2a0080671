"""What holds for all rows with labels: files give back what was written, and merges keep every name once."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statusquo.assets import canonical, formats, labels, merge, references
from statusquo.assets.dataset import Dataset, Record
from tests.unit.assets.example_datasets import shops
from tests.unit.assets.merge_cases import branches

drawn = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
_BASE = 50
"""Keys above it are those that branches add."""


def named(dataset: Dataset, side: str) -> Dataset:
    """The dataset with labels for every other row; those that were added are called differently on each side."""

    def of(record: Record) -> str:
        if not isinstance(record.pk, int) or record.pk % 2 or record.model == "shop.cafe":
            return ""
        return f"{side if record.pk > _BASE else 'both'}.{record.pk}"

    return canonical.arrange(dataset.having(replace(each, label=of(each)) for each in dataset.records))


def labelled(dataset: Dataset) -> list[tuple[str, str]]:
    return sorted((each.model, each.label) for each in dataset.records if each.label)


@drawn
@given(shops(), st.sampled_from(["d.json", "d.jsonl", "d.yaml"]))
def test_what_is_written_is_read_again(dataset: Dataset, file: str) -> None:
    before = named(dataset, "ours")
    write = next(each.write for each in formats.FORMATS if each.name == file.partition(".")[2])
    assert write
    text = labels.writing(before, write)(before.records)
    rows = before.having(formats.read(text.encode(), file))
    again = labels.resolve(rows, labels.numbers(before))
    assert canonical.arrange(again).records == before.records
    fresh = canonical.arrange(labels.resolve(rows))
    assert labels.writing(fresh, write)(fresh.records) == text


@drawn
@given(branches())
def test_what_only_one_side_changed_is_taken_as_it_is(three: tuple[Dataset, Dataset, Dataset]) -> None:
    base, one, _ = (named(each, side) for each, side in zip(three, ("base", "ours", "theirs"), strict=True))
    for ours, theirs in ((one, one), (one, base), (base, one)):
        merged = merge.merge(base, ours, theirs)
        assert merged.dataset.records == one.records
        assert not merged.conflicts


@drawn
@given(branches())
def test_a_clean_merge_has_every_new_name_once_and_refers_to_what_is_there(
    three: tuple[Dataset, Dataset, Dataset],
) -> None:
    base, one, two = (named(each, side) for each, side in zip(three, ("base", "ours", "theirs"), strict=True))
    merged = merge.merge(base, one, two)
    if merged.conflicts:
        return
    found = labelled(merged.dataset)
    assert len(set(found)) == len(found)
    assert {*labelled(one), *labelled(two)} - {*labelled(base)} <= {*found}
    assert not references.dangling(merged.dataset)
    keys = [(each.model, each.pk) for each in merged.dataset.records]
    assert len(set(keys)) == len(keys)
