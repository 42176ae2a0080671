"""``manage.py statusquo lock``: data that others wrote get a lock of what the project's models are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from statusquo.assets import files, sidecar
from statusquo.assets.locked import NO_ROWS
from tests.django import goods

pytestmark = pytest.mark.integration

BIN = {"model": "goods.bin", "pk": 1, "fields": {"code": "hall", "near": [], "inside": None}}


def test_data_get_a_lock_of_the_models_that_their_rows_need(tmp_path: Path) -> None:
    data, wrong = tmp_path / "data.json", tmp_path / "wrong.json"
    data.write_text(json.dumps([BIN]))
    wrong.write_text(json.dumps([BIN, {**BIN, "model": "goods.bun"}], indent=1))
    words = ("statusquo", "lock", str(data))
    first, second, third = goods.commands(words, words, ("statusquo", "lock", str(wrong)), database=":memory:")
    lock = tmp_path / "data.lock.json"
    assert (first.code, first.out) == (0, f"{lock} written.\n")
    assert (second.code, second.out) == (0, f"{lock} is as it should be.\n")
    assert third.code == 10
    assert "of a model that the project has not. Did you mean 'goods.bin'?" in third.err
    assert json.loads(data.read_text()) == [BIN]
    found = files.read(data)
    assert found.lock is not None
    assert (found.lock.content, found.lock.counts) == (sidecar.content(found.dataset), {"goods.bin": 1})
    assert "goods.bin" in found.dataset.schema.models
    assert set(found.lock.excluded.values()) <= {NO_ROWS}
    assert set(found.lock.migrations) == {label.partition(".")[0] for label in found.dataset.schema.models}
