"""What not every machine has: tests that need it are skipped with the reason, or fail where it is required."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def lacking(name: str, reason: str) -> NoReturn:
    """Skip, or fail if the list STATUSQUO_REQUIRE in the environment has *name*: ``compose``, ``mariadb``."""
    if name in os.environ.get("STATUSQUO_REQUIRE", "").split(","):
        pytest.fail(f"STATUSQUO_REQUIRE asks for {name}: {reason}")
    pytest.skip(f"{name} is not to be had here: {reason}")
