"""What the acceptance tests share: baselines of projects that are the same in many of them."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def _kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("baselines")


@pytest.fixture
def kept_baselines(_kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Build a baseline once for all tests that do not ask how one is built."""
    monkeypatch.setenv("STATUSQUO__BASELINE__CACHE", str(_kept))
