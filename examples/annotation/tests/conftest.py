"""What all tests share. ``stack`` and ``api`` come from statusquo, which puts everything back after each test."""

import httpx
import pytest


@pytest.fixture(scope="session")
def web():
    """A client for the other services, by their whole URL."""
    with httpx.Client(trust_env=False) as client:
        yield client
