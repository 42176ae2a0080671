"""The fixture ``labelled`` finds rows of the project's test data, and starts no stack for it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from statusquo.assets import sidecar
from statusquo.assets.dataset import Dataset
from tests.unit.assets.example_datasets import SHOP

pytest_plugins = ("pytester",)
pytestmark = pytest.mark.integration


def test_a_test_finds_rows_by_label(pytester: pytest.Pytester) -> None:
    pytester.makefile(".toml", statusquo='[assets]\ndataset = "data.json"\n')
    (pytester.path / "data.json").write_text(
        json.dumps([{"model": "shop.tag", "label": "red", "fields": {"word": "x"}}])
    )
    lock = replace(sidecar.build(Dataset((), SHOP)), labels={"shop.tag": {"red": 7}})
    (pytester.path / "data.lock.json").write_text(sidecar.write(lock))
    pytester.makepyfile(
        """
        def test_it(labelled):
            assert labelled["shop.tag", "red"].pk == 7
            assert labelled["shop.tag", "red"].fields["word"] == "x"
        """
    )
    pytester.runpytest_subprocess("-q").assert_outcomes(passed=1)
    assert not (pytester.path / ".statusquo").exists()
