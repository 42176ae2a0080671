"""A stack that somebody else runs, for each test that asks for one."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from statusquo.core.endpoint import Endpoint
from tests.integration.wiring.somebody import Somebody

NUMBERS = itertools.count(1)


@pytest.fixture
def somebody(tmp_path: Path, postgres_server: Endpoint, redis_server: Endpoint) -> Iterator[Somebody]:
    admin, cache = postgres_server.admin, redis_server.host
    assert admin
    assert cache
    name = f"theirs{next(NUMBERS)}"
    with psycopg.connect(admin.url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())
        one = Somebody(tmp_path, dataclasses.replace(admin, name=name), cache)
        one.fill()
        yield one
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
