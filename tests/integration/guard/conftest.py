"""Two PostgreSQL servers and two Redis: one of each is ours to play with, the other is what people need."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import psycopg
import pytest
import redis

from statusquo.core.endpoint import Address, Endpoint
from statusquo.testing import servers

DATABASE = "shop"


@pytest.fixture(scope="session")
def other_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    with servers.postgres(tmp_path_factory.mktemp("other-postgres")) as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def other_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    with servers.redis(tmp_path_factory.mktemp("other-redis")) as endpoint:
        yield endpoint


@pytest.fixture
def staging(postgres_server: Endpoint) -> Iterator[Address]:
    """A database of ours."""
    yield from _database(postgres_server)


@pytest.fixture
def production(other_postgres: Endpoint, staging: Address) -> Iterator[Address]:
    """A database of the same name on another server, with the same password: only the server differs."""
    assert other_postgres.admin
    with psycopg.connect(other_postgres.admin.url, autocommit=True) as server:
        server.execute(f"ALTER ROLE statusquo PASSWORD '{staging.password}'".encode())
        yield from _database(dataclasses.replace(other_postgres, admin=_with(other_postgres, staging.password)))
        server.execute(f"ALTER ROLE statusquo PASSWORD '{other_postgres.admin.password}'".encode())


@pytest.fixture
def staging_redis(redis_server: Endpoint) -> Address:
    """A Redis of ours."""
    return _filled(redis_server)


@pytest.fixture
def production_redis(other_redis: Endpoint) -> Address:
    """Another Redis."""
    return _filled(other_redis)


def _with(endpoint: Endpoint, password: str) -> Address:
    assert endpoint.admin
    return dataclasses.replace(endpoint.admin, password=password)


def _database(endpoint: Endpoint) -> Iterator[Address]:
    assert endpoint.admin
    address = dataclasses.replace(endpoint.admin, name=DATABASE)
    with psycopg.connect(endpoint.admin.url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {DATABASE}".encode())
        with psycopg.connect(address.url, autocommit=True) as database:
            database.execute("CREATE TABLE customer (id serial PRIMARY KEY, name text)")
            database.execute("INSERT INTO customer (name) VALUES ('Ann'), ('Bob')")
        yield address
        server.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)".encode())


def _filled(endpoint: Endpoint) -> Address:
    assert endpoint.host
    with redis.Redis.from_url(endpoint.host.url) as client:
        client.flushall()
        client.set("customer:1", "Ann")
    return endpoint.host
