"""A server that is emptied for each test, a client of it, and stores over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress

import pytest
import redis

from statusquo.core.endpoint import Address, Endpoint
from statusquo.stores.redis import mark
from statusquo.stores.redis.store import RedisStore, open_store


@pytest.fixture
def address(redis_server: Endpoint) -> Address:
    assert redis_server.host is not None
    return redis_server.host


def empty(client: redis.Redis) -> None:
    client.flushall()
    with suppress(redis.ResponseError):  # before version 7 there are none
        client.execute_command("FUNCTION", "FLUSH")  # type: ignore[no-untyped-call]


@pytest.fixture
def connect(address: Address) -> Iterator[Callable[[int], redis.Redis]]:
    """Opens a client of one database, as the application would."""
    with ExitStack() as stack:

        def connect(db: int) -> redis.Redis:
            client = redis.Redis(
                address.host,
                address.port,
                db,
                decode_responses=True,
                encoding_errors="backslashreplace",
                single_connection_client=True,
            )
            stack.callback(client.close)
            return client

        empty(connect(0))
        mark.write(address, "ours")
        yield connect
        empty(connect(0))


@pytest.fixture
def app(connect: Callable[[int], redis.Redis]) -> redis.Redis:
    return connect(0)


@pytest.fixture
def opened(app: redis.Redis, address: Address) -> Iterator[Callable[..., RedisStore]]:
    """Opens a store."""
    with ExitStack() as stack:

        def open_one(*keep: str) -> RedisStore:
            store = open_store("cache", address, nonce="ours", keep=keep)
            stack.callback(store.close)
            return store

        yield open_one
