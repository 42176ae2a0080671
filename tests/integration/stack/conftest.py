"""A run for each test that asks for one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.stack import stackbench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[stackbench.Bench]:
    with stackbench.opened(tmp_path) as one:
        yield one
