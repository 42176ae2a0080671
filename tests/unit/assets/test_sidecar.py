"""The lock: it says what it said, belongs to its rows, and is refused when it is none."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from statusquo.assets import canonical, sidecar
from statusquo.assets.dataset import Dataset, Record
from statusquo.assets.sidecar import Lock
from statusquo.core.errors import DatasetError
from tests.unit.assets.example_datasets import SHOP, shops

FULL = Lock("sha256:0", {"a.b": 1}, {"a": ("0001_x",)}, {"b.c": "noise"}, commit="abc", order="loadable", schema=SHOP)


def test_a_lock_is_read_as_it_was_written() -> None:
    assert sidecar.read(sidecar.write(FULL), "x.lock.json") == FULL
    assert sidecar.read(sidecar.write(Lock("", {})), "x.lock.json") == Lock("", {})


def test_facts_that_go_without_saying_are_left_out() -> None:
    raw = json.loads(sidecar.write(FULL))
    assert raw["models"]["shop.user"]["fields"][1] == {"kind": "text", "max_length": 20, "name": "name"}


@given(shops())
def test_the_digest_is_of_the_rows_and_not_of_their_order(dataset: Dataset) -> None:
    digest = sidecar.content(dataset)
    assert sidecar.content(canonical.arrange(replace(dataset, order="loadable"))) == digest
    assert sidecar.content(dataset.having([*dataset.records, Record("shop.tag", 99, {"word": ""})])) != digest


def test_a_new_lock_keeps_what_the_rows_do_not_say() -> None:
    dataset = Dataset((Record("shop.tag", 1, {"word": "x"}),), SHOP)
    built = sidecar.build(dataset, FULL)
    assert (built.counts, built.migrations, built.excluded) == ({"shop.tag": 1}, FULL.migrations, FULL.excluded)
    assert built.content == sidecar.content(dataset)


@pytest.mark.parametrize(
    ("path", "lock"),
    [("a/data.json", "a/data.lock.json"), ("a/data.yaml", "a/data.lock.json"), ("a/data", "a/data.lock.json")],
)
def test_a_lock_stands_beside_its_dataset(path: str, lock: str) -> None:
    assert sidecar.path_of(Path(path)) == Path(lock)


BASE = json.loads(sidecar.write(FULL))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "x:1: the lock is not JSON"),
        ("[" * 100_000, "x: the lock is not JSON"),
        ("[]", "x: this is no lock of format 1"),
        ({"format": 2}, "x: this is no lock of format 1"),
        ({"rows": []}, "x: a lock has no 'rows'"),
        ({"counts": {"a": "1"}}, "x: counts is not what a lock has there"),
        ({"content": 1}, "x: content is not what a lock has there"),
        ({"migrations": []}, "x: migrations is not what a lock has there"),
        ({"order": "random"}, "x: order is not what a lock has there"),
        ({"models": []}, "x: models is not a table of models"),
        ({"models": {"a.b": {"fields": 1}}}, "x: models.a.b.fields is not a list"),
        ({"models": {"a.b": {"fields": [{"name": "x"}]}}}, "x: models.a.b.fields is not a table with 'kind'"),
        (
            {"models": {"a.b": {"fields": [{"name": "x", "kind": "y"}]}}},
            "x: models.a.b.fields is not the facts of a field",
        ),
        ({"models": {"a.b": {"unique": ["x"]}}}, "x: models.a.b is not the facts of a model, each of its own type"),
        ({"models": {"a.b": {"size": 1}}}, "x: models.a.b is not a table with keys among label, table"),
    ],
)
def test_what_is_no_lock_is_refused(text: str | dict[str, object], message: str) -> None:
    with pytest.raises(DatasetError) as caught:
        sidecar.read(text if isinstance(text, str) else json.dumps({**BASE, **text}), "x")
    assert message in str(caught.value)
    assert str(caught.value).endswith("or dump the data again.")
