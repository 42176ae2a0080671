"""A server that is killed: in the middle of a rewind, between two of them, with and without what it held."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import psutil
import pytest
import redis

from statusquo.core.endpoint import Address
from statusquo.core.errors import GuardError, StoreError
from statusquo.stores.redis import mark, store
from statusquo.stores.redis.store import RedisStore, open_store
from statusquo.testing import servers
from tests.waiting import eventually

pytestmark = pytest.mark.integration


class Server:
    """A server that can be killed and started again on its port."""

    def __init__(self, address: Address, stack: ExitStack) -> None:
        self.address = address
        self._stack = stack
        self._process = psutil.Process(int(self.client.info("server")["process_id"]))
        self._argv, self._cwd = self._process.cmdline(), self._process.cwd()

    @property
    def client(self) -> redis.Redis:
        client = redis.Redis(self.address.host, self.address.port, decode_responses=True, protocol=2)
        self._stack.callback(client.close)
        return client

    def kill(self) -> None:
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def start(self) -> None:
        running = self._stack.enter_context(subprocess.Popen(self._argv, cwd=self._cwd, stdout=subprocess.DEVNULL))
        self._stack.callback(running.kill)
        self._process = psutil.Process(running.pid)
        while True:
            with suppress(redis.ConnectionError):
                self.client.ping()
                return
            time.sleep(0.01)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with ExitStack() as stack, servers.redis(tmp_path) as endpoint:
        assert endpoint.host is not None
        mark.write(endpoint.host, "ours")
        yield Server(endpoint.host, stack)


@pytest.fixture
def opened(server: Server) -> Iterator[Callable[[], RedisStore]]:
    with ExitStack() as stack:

        def open_one() -> RedisStore:
            store = open_store("cache", server.address, nonce="ours")
            stack.callback(store.close)
            return store

        yield open_one


def state(client: redis.Redis) -> dict[str, str]:
    return {str(key): str(client.get(key)) for key in client.scan_iter() if key != mark.KEY.decode()}


def test_a_server_killed_during_a_rewind_is_an_error_and_whole_again_when_it_is_ours_again(
    server: Server, opened: Callable[[], RedisStore]
) -> None:
    server.client.mset({f"key{number}": "x" * 1000 for number in range(1_000)})
    then = state(server.client)
    opened_store = opened()
    baseline = opened_store.capture()
    server.client.flushall()
    server.client.client_pause(60_000, all=False)  # it comes to its first write, and no further
    with ThreadPoolExecutor(1) as pool:
        rewinding = pool.submit(opened_store.rewind, baseline)
        eventually(lambda: server.client.info("clients")["blocked_clients"])
        server.kill()
        with pytest.raises(StoreError) as raised:
            rewinding.result()
    assert raised.value.what in {
        f"The connection to the server at 127.0.0.1:{server.address.port} was lost.",
        f"The server at 127.0.0.1:{server.address.port} cannot be talked to.",
    }
    with pytest.raises(StoreError, match="cannot be talked to"):
        opened_store.rewind(baseline)
    server.start()
    with pytest.raises(GuardError, match="It carries no mark of ours"):
        opened_store.rewind(baseline)
    assert state(server.client) == {}
    mark.write(server.address, "ours")
    rewound = opened_store.rewind(baseline)
    assert store.LOST in rewound.notes
    assert rewound.items == 1_000
    assert state(server.client) == then


def test_a_server_that_came_back_with_what_it_had_saved_is_compared_whole(
    server: Server, opened: Callable[[], RedisStore]
) -> None:
    server.client.mset({"a": 1, "b": 2})
    opened_store = opened()
    baseline = opened_store.capture()
    server.client.set("a", "saved")
    server.client.save()
    server.client.set("b", "lost")
    server.kill()
    server.start()
    assert state(server.client) == {"a": "saved", "b": "2"}
    rewound = opened_store.rewind(baseline)
    assert (rewound.items, rewound.notes) == (1, (store.LOST,))
    assert state(server.client) == {"a": "1", "b": "2"}
    assert opened_store.rewind(baseline).notes == ()
