"""A run of the project ``composebench.FILE`` for each test that asks for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.integration.runtimes.compose import composebench
from tests.integration.runtimes.compose.composebench import SHOP, Bench


@pytest.fixture
def bench(tmp_path: Path, engine_environment: Mapping[str, str]) -> Iterator[Bench]:
    with composebench.opened(tmp_path, engine_environment, SHOP) as one:
        yield one


@pytest.fixture
def other(tmp_path: Path, engine_environment: Mapping[str, str]) -> Iterator[Bench]:
    """Another run of the same project, from another checkout."""
    folder = tmp_path / "other"
    folder.mkdir()
    with composebench.opened(folder, engine_environment, SHOP) as one:
        yield one
