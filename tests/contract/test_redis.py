"""The laws of a store, kept by the Redis store while a client writes all types of keys in several databases."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
import redis
from hypothesis import strategies as st

from statusquo.core.endpoint import Address, Endpoint
from statusquo.stores.redis import mark
from statusquo.stores.redis.store import RedisStore, open_store
from statusquo.testing import contract
from statusquo.testing.contract import Digest

pytestmark = pytest.mark.integration

NONCE = "the contract's"
DATABASES = (0, 1, 3)
HOUR = 3_600_000
LIBRARY = "#!lua name={name}\nredis.register_function('f{function}', function() return 1 end)"
LATER = "a number of hours that no key got before"


@dataclass(frozen=True)
class Run:
    """One command of a client, or a whole transaction or script, in one database."""

    db: int
    words: tuple[str | int, ...]


def _commands(key: str, other: str, text: str) -> list[tuple[str | int, ...]]:
    return [
        ("SET", key, text),
        ("SET", key, text, "PX", LATER),
        ("APPEND", key, text),
        ("DEL", key),
        ("PEXPIRE", key, LATER),
        ("PERSIST", key),
        ("RPUSH", key, text, other),
        ("LPOP", key),
        ("SADD", key, *(f"{text}{number}" for number in range(40))),
        ("SADD", key, text),
        ("SREM", key, text),
        ("HSET", key, text, other),
        ("HDEL", key, text),
        ("ZADD", key, "1.5", text),
        ("ZINCRBY", key, "0.1", text),
        ("XADD", key, "*", text, other),
        ("XGROUP", "CREATE", key, text, "0"),
        ("XREADGROUP", "GROUP", text, "c1", "COUNT", 1, "STREAMS", key, ">"),
        ("XGROUP", "CREATECONSUMER", key, text, other),
        ("XGROUP", "SETID", key, text, "0", "ENTRIESREAD", 1),
        ("XAUTOCLAIM", key, text, "c2", 0, "0"),
        ("XTRIM", key, "MAXLEN", 1),
        ("HPEXPIRE", key, LATER, "FIELDS", 1, text),
        ("HPERSIST", key, "FIELDS", 1, text),
        ("RENAME", key, other),
        ("COPY", key, other, "DB", 3),
        ("MOVE", key, 1),
        (
            "EVAL",
            "redis.call('SET', KEYS[1], ARGV[1]); redis.call('SELECT', 3); redis.call('INCR', KEYS[1])",
            1,
            key,
            7,
        ),
        ("FUNCTION", "LOAD", "REPLACE", LIBRARY.format(name=text, function=other.encode().hex())),
        ("FUNCTION", "DELETE", text),
        ("FUNCTION", "FLUSH"),
        ("FLUSHDB",),
        ("SWAPDB", 0, 1),
        ("CONFIG", "RESETSTAT"),
    ]


KEYS = st.sampled_from(["a", "b", "c", "naïve", "line\nbreak"])
WRITES = st.builds(
    Run,
    st.sampled_from(DATABASES),
    st.builds(_commands, KEYS, KEYS, st.sampled_from(["x", "y", "1"])).flatmap(st.sampled_from),
)


class Redis:
    """A server of the session's, written to by clients with connections of their own."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.hours = itertools.count(1)
        self.clients = {db: redis.Redis(address.host, address.port, db, protocol=2) for db in DATABASES}

    def fresh(self) -> None:
        self.hours = itertools.count(1)
        self.clients[0].flushall()
        with suppress(redis.ResponseError):
            ask(self.clients[0], "FUNCTION", "FLUSH")
        mark.write(self.address, NONCE)

    def open(self) -> RedisStore:
        mark.write(self.address, NONCE)  # a flush that no store was there to hear of took it: the guard would refuse
        return open_store("redis", self.address, nonce=NONCE)

    def apply(self, write: Run) -> None:
        try:
            later = next(self.hours) * HOUR
            ask(self.clients[write.db], *(later if word == LATER else word for word in write.words))
        except redis.ResponseError:
            pass  # the key holds something else: applications err, too

    def digest(self) -> Digest:
        return self._functions() | {
            (f"db{db}", key.decode()): _digest(client, key)
            for db, client in self.clients.items()
            for key in client.scan_iter()
            if (db, key) != (0, mark.KEY)
        }

    def _functions(self) -> dict[tuple[str, str], str]:
        try:
            found = ask(self.clients[0], "FUNCTION", "LIST", "WITHCODE")
        except redis.ResponseError:
            return {}  # before version 7
        return {("functions", each[1].decode()): repr(sorted(map(repr, each))) for each in found}


def ask(client: redis.Redis, *words: str | bytes | int) -> Any:
    return client.execute_command(*words)  # type: ignore[no-untyped-call]


def _digest(client: redis.Redis, key: bytes) -> str:
    left, kind = ask(client, "PTTL", key), ask(client, "TYPE", key)
    return repr((kind, CONTENT[kind](client, key), "for ever" if left < 0 else f"{-(-left // HOUR)} h"))


def _stream(client: redis.Redis, key: bytes) -> object:
    words = ask(client, "XINFO", "STREAM", key, "FULL", "COUNT", 0)
    facts = dict(zip(words[::2], words[1::2], strict=True))
    return {name: fact for name, fact in facts.items() if not name.startswith(b"radix-tree")}


def _hash(client: redis.Redis, key: bytes) -> object:
    found = sorted(ask(client, "HGETALL", key).items())
    try:
        lives = ask(client, "HPTTL", key, "FIELDS", len(found), *(name for name, _ in found))
    except redis.ResponseError:
        return found  # before the fields of a hash could expire
    return found, [life if life < 0 else -(-life // HOUR) for life in lives]


CONTENT: Mapping[bytes, Callable[[redis.Redis, bytes], object]] = {
    b"string": lambda client, key: ask(client, "GET", key),
    b"list": lambda client, key: ask(client, "LRANGE", key, 0, -1),
    b"set": lambda client, key: sorted(ask(client, "SMEMBERS", key)),
    b"hash": _hash,
    b"zset": lambda client, key: ask(client, "ZRANGE", key, 0, -1, "WITHSCORES"),
    b"stream": _stream,
}


@pytest.fixture
def harness(redis_server: Endpoint) -> Iterator[Redis]:
    assert redis_server.host is not None
    harness = Redis(redis_server.host)
    yield harness
    harness.clients[0].flushall()
    for client in harness.clients.values():
        client.close()


def test_the_redis_store_keeps_the_laws(harness: Redis) -> None:
    contract.check(harness, WRITES)
