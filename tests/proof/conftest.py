"""The database of each test, as the tests of the PostgreSQL store have it."""

from __future__ import annotations

from tests.integration.stores.postgres.conftest import place

__all__ = ["place"]
