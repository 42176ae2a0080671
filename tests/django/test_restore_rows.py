"""All rows written anew, by force, where a store could do better: values of every kind, circles and triggers."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.django.suite import Suite

pytestmark = pytest.mark.integration

SUITE = Path(__file__).parent / "tables"


def test_values_of_every_kind_are_put_back(database: str, tmp_path: Path) -> None:
    suite = Suite(Path(shutil.copytree(SUITE, tmp_path / "suite")), database)
    run = suite.run(DJANGO_SETTINGS_MODULE="tables", SHOP_ENGINE="rows")
    assert run.returncode == 0, run.stdout
