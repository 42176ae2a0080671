"""Databases after tests that commit, by every way to say so: the suites below ``committing``."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.django.suite import Suite

pytestmark = pytest.mark.integration

SUITE = Path(__file__).parent / "committing"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Where the shop's settings find their databases."""
    return "sqlite" if request.param == "sqlite" else str(request.getfixturevalue("superuser_dsn"))


@pytest.mark.parametrize("engine", ["", "rows"], ids=["store", "rows"])
def test_each_test_finds_what_the_first_has_found(database: str, engine: str, tmp_path: Path) -> None:
    suite = Suite(Path(shutil.copytree(SUITE, tmp_path / "suite")), database)
    run = suite.run(SHOP_ENGINE=engine)
    assert run.returncode == 0, run.stdout
