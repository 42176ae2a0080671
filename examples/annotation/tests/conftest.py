"""What all tests share. ``stack`` and ``api`` come from statusquo, which puts everything back after each test."""

from pathlib import Path

import httpx
import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    """Every test here drives the running platform."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.integration)


@pytest.fixture(scope="session")
def web():
    """A client for the other services, by their whole URL."""
    with httpx.Client(trust_env=False) as client:
        yield client
