"""The hooks that put databases back: before the first test that may commit, and once after each such test."""

from __future__ import annotations

import pytest

from statusquo.django.restore.databases import Databases
from statusquo.django.restore.restorer import Restorer

RESTORER = pytest.StashKey[Restorer]()
"""The one restorer of the process."""


def of(config: pytest.Config) -> Restorer:
    """The restorer of this run."""
    return config.stash[RESTORER]


def pytest_configure(config: pytest.Config) -> None:
    """Remember where the real databases are, before anything leads elsewhere."""
    config.stash[RESTORER] = Restorer(Databases.remember())
