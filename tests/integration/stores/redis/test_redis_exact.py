"""What a Redis holds besides plain values: functions, fields that expire, groups, queues that somebody waits for."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis

from statusquo.core.baseline import Touched
from statusquo.core.endpoint import Address
from statusquo.core.errors import NotExact
from statusquo.stores.redis import session, store
from statusquo.stores.redis.session import Counts
from statusquo.stores.redis.store import RedisStore
from tests.waiting import eventually

pytestmark = pytest.mark.integration

Open = Callable[..., RedisStore]
Connect = Callable[[int], redis.Redis]

ONE = "#!lua name=one\nredis.register_function('f', function() return 1 end)"
ONE_CHANGED = "#!lua name=one\nredis.register_function('f', function() return 2 end)"
OTHER_WITH_ITS_FUNCTION = "#!lua name=other\nredis.register_function('f', function() return 3 end)"


def ask(client: redis.Redis, *words: str | bytes | int) -> Any:
    return client.execute_command(*words)  # type: ignore[no-untyped-call]


def trips(of: RedisStore, act: Callable[[], object]) -> int:
    before = of.trips
    act()
    return of.trips - before


def libraries(app: redis.Redis) -> list[str]:
    return sorted(each["library_name"] for each in ask(app, "FUNCTION", "LIST"))


@pytest.fixture
def has_functions(app: redis.Redis) -> None:
    try:
        ask(app, "FUNCTION", "LIST")
    except redis.ResponseError:
        pytest.skip("this server has no functions")


@pytest.fixture
def has_field_expiry(app: redis.Redis) -> None:
    try:
        ask(app, "HPTTL", "nothing", "FIELDS", 1, "a")
    except redis.ResponseError:
        pytest.skip("fields of this server do not expire")


@pytest.mark.usefixtures("has_functions")
def test_functions_are_state_and_cost_nothing_while_nobody_changes_them(app: redis.Redis, opened: Open) -> None:
    ask(app, "FUNCTION", "LOAD", ONE)
    opened_store = opened()
    baseline = opened_store.capture()
    ask(app, "FUNCTION", "LOAD", "REPLACE", ONE_CHANGED)
    (change,) = opened_store.diff(baseline).changes
    assert (change.kind, change.group, change.item) == ("updated", "functions", "one")
    assert change.before == {"type": "library", "value": ONE}
    assert change.after == {"type": "library", "value": ONE_CHANGED}
    assert opened_store.rewind(baseline).touched == (Touched("functions", 1),)
    assert ask(app, "FCALL", "f", 0) == 1
    assert opened_store.rewind(baseline).is_clean
    assert trips(opened_store, lambda: opened_store.rewind(baseline)) == 1


@pytest.mark.usefixtures("has_functions")
def test_libraries_that_came_or_went_are_gone_or_back(app: redis.Redis, opened: Open) -> None:
    ask(app, "FUNCTION", "LOAD", ONE)
    opened_store = opened()
    baseline = opened_store.capture()
    ask(app, "FUNCTION", "DELETE", "one")
    ask(app, "FUNCTION", "LOAD", OTHER_WITH_ITS_FUNCTION)  # which no two libraries may have
    inner = opened_store.capture()
    ask(app, "FUNCTION", "FLUSH")
    assert opened_store.rewind(inner).items == 1
    assert libraries(app) == ["other"]
    assert opened_store.rewind(baseline).items == 2
    assert (libraries(app), ask(app, "FCALL", "f", 0)) == (["one"], 1)


@pytest.mark.usefixtures("has_functions")
def test_functions_are_saved_with_the_keys(app: redis.Redis, opened: Open, tmp_path: Path) -> None:
    ask(app, "FUNCTION", "LOAD", ONE)
    first = opened()
    first.save(first.capture(), tmp_path)
    ask(app, "FUNCTION", "FLUSH")
    second = opened()
    second.rewind(second.resume(tmp_path))
    assert ask(app, "FCALL", "f", 0) == 1


@pytest.mark.usefixtures("has_field_expiry")
def test_the_life_of_a_field_comes_back_whole(app: redis.Redis, opened: Open) -> None:
    app.hset("cart", mapping={"a": "1", "b": "2", "c": "3"})
    ask(app, "HPEXPIRE", "cart", 1_500, "FIELDS", 1, "a")
    ask(app, "HPEXPIRE", "cart", 60_000, "FIELDS", 1, "b")
    opened_store = opened()
    baseline = opened_store.capture()
    eventually(lambda: app.hgetall("cart") == {"b": "2", "c": "3"})  # as the captured DUMP is when it is restored
    assert opened_store.rewind(baseline).items == 1
    assert app.hgetall("cart") == {"a": "1", "b": "2", "c": "3"}
    soon, later, never = ask(app, "HPTTL", "cart", "FIELDS", 3, "a", "b", "c")
    assert 0 < soon <= 1_500
    assert 50_000 < later <= 60_000
    assert never == -1
    assert opened_store.rewind(baseline).is_clean


@pytest.mark.usefixtures("has_field_expiry")
def test_a_field_that_nobody_wrote_gets_its_life_back_before_it_runs_out(app: redis.Redis, opened: Open) -> None:
    app.hset("cart", "a", "1")
    ask(app, "HPEXPIRE", "cart", 2_000, "FIELDS", 1, "a")
    opened_store = opened()
    baseline = opened_store.capture()
    while ask(app, "HPTTL", "cart", "FIELDS", 1, "a")[0] > 900:
        time.sleep(0.05)
    assert opened_store.rewind(baseline).is_clean
    assert ask(app, "HPTTL", "cart", "FIELDS", 1, "a")[0] > 900


@pytest.mark.usefixtures("has_field_expiry")
def test_an_expiry_that_was_taken_from_a_field_comes_back_after_a_new_start(
    app: redis.Redis, opened: Open, tmp_path: Path
) -> None:
    app.hset("cart", mapping={"a": "1", "b": "2"})
    ask(app, "HPEXPIRE", "cart", 60_000, "FIELDS", 1, "a")
    first = opened()
    first.save(first.capture(), tmp_path)
    ask(app, "HPERSIST", "cart", "FIELDS", 1, "a")
    second = opened()
    baseline = second.resume(tmp_path)
    (change,) = second.diff(baseline).changes
    assert change.before != change.after
    assert second.rewind(baseline).items == 1
    assert ask(app, "HPTTL", "cart", "FIELDS", 1, "a")[0] > 50_000


def test_groups_consumers_and_what_they_have_not_acknowledged_come_back(app: redis.Redis, opened: Open) -> None:
    for number in range(3):
        app.xadd("jobs", {"n": str(number)})
    app.xgroup_create("jobs", "workers", "0")
    app.xreadgroup("workers", "first", {"jobs": ">"}, count=2)

    def state() -> object:
        found = ask(app, "XINFO", "STREAM", "jobs", "FULL")
        return {name: fact for name, fact in found.items() if not name.startswith("radix-tree")}

    then = state()
    opened_store = opened()
    baseline = opened_store.capture()
    app.xreadgroup("workers", "second", {"jobs": ">"})
    app.xack("jobs", "workers", *(each["message_id"] for each in app.xpending_range("jobs", "workers", "-", "+", 9)))
    app.xgroup_create("jobs", "others", "$")
    app.xtrim("jobs", maxlen=1)
    assert state() != then
    assert opened_store.rewind(baseline).items == 1
    assert state() == then
    assert app.xpending("jobs", "workers")["pending"] == 2


@contextmanager
def waiting(connect: Connect, clients: int, *command: str | int) -> Iterator[list[object]]:
    """Clients that wait in a blocking command; what each was given, when it was."""
    given: list[object] = []

    def wait(client: redis.Redis) -> None:
        given.append(ask(client, *command))

    with ThreadPoolExecutor(clients) as pool:
        for number in range(clients):
            client = connect(0)
            client.client_setname(f"worker-{number}")
            pool.submit(wait, client)
        asking = connect(0)
        while ask(asking, "CLIENT", "LIST", "TYPE", "normal").count("flags=b") < clients:
            time.sleep(0.01)
        try:
            yield given
        finally:
            while "flags=b" in (found := ask(asking, "CLIENT", "LIST", "TYPE", "normal")):
                for line in found.splitlines():
                    if "flags=b" in line:
                        ask(asking, "CLIENT", "UNBLOCK", line.split(" ")[0].partition("=")[2])


@pytest.mark.parametrize(
    ("fill", "wait"),
    [
        (("RPUSH", "queue", "a", "b"), ("BLPOP", "queue", 20)),
        (("RPUSH", "queue", "a", "b"), ("BLMOVE", "queue", "taken", "LEFT", "LEFT", 20)),
        (("ZADD", "queue", 1, "a", 2, "b"), ("BZPOPMIN", "queue", 20)),
    ],
    ids=["a list", "a list that is moved from", "a sorted set"],
)
def test_what_waiting_clients_take_while_it_is_put_back_is_put_back_again(
    connect: Connect, opened: Open, fill: tuple[str, ...], wait: tuple[str, ...]
) -> None:
    app = connect(0)
    ask(app, *fill)
    then = app.dump("queue")
    opened_store = opened()
    baseline = opened_store.capture()
    app.delete("queue")
    with waiting(connect, 3, *wait) as given:
        assert opened_store.rewind(baseline).items == 1
        assert app.dump("queue") == then
        assert not app.exists("taken")
    assert len(given) == 3
    assert opened_store.diff(baseline).is_empty


def test_what_a_waiting_consumer_of_a_group_is_given_is_not_pending(
    app: redis.Redis, connect: Connect, opened: Open
) -> None:
    app.xadd("jobs", {"n": "1"})
    app.xgroup_create("jobs", "workers", "0")
    opened_store = opened()
    baseline = opened_store.capture()
    app.xreadgroup("workers", "first", {"jobs": ">"})
    with waiting(connect, 1, "XREADGROUP", "GROUP", "workers", "second", "BLOCK", 20_000, "STREAMS", "jobs", ">"):
        assert opened_store.rewind(baseline).items == 1
        assert app.xpending("jobs", "workers")["pending"] == 0
    assert opened_store.diff(baseline).is_empty


def test_a_client_that_never_stops_taking_is_named(app: redis.Redis, connect: Connect, opened: Open) -> None:
    app.rpush("queue", *range(5))
    opened_store = opened()
    baseline = opened_store.capture()
    worker = connect(0)
    worker.client_setname("a-worker")
    is_over = threading.Event()

    def work() -> None:
        while not is_over.is_set():
            worker.blpop(["queue"], 1)

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(work)
        try:
            while app.llen("queue"):
                time.sleep(0.01)
            with pytest.raises(NotExact) as raised:
                rewind_often(opened_store, baseline)
        finally:
            is_over.set()
        working.result()
    assert raised.value.what == 'Store "cache": "queue" in db0 does not stay as it was put back.'
    assert raised.value.why.startswith("16 times somebody changed it right afterwards. Clients: ")
    assert "(a-worker, blpop)" in raised.value.why
    assert raised.value.next == (
        "Who waits for a queue takes what is put back into it: stop them first, or capture while it is empty. "
        "Keys that are not the test's can be left out with 'keep'."
    )
    assert opened_store.rewind(baseline).notes == (store.DISTURBED,)
    assert app.lrange("queue", 0, -1) == ["0", "1", "2", "3", "4"]
    assert opened_store.rewind(baseline).is_clean


def rewind_often(opened_store: RedisStore, baseline: Any) -> None:
    for _ in range(2000):
        opened_store.rewind(baseline)


def test_a_transaction_of_a_client_is_undone_whole_or_not_at_all(
    app: redis.Redis, connect: Connect, opened: Open
) -> None:
    """A rewind looks at what was touched and puts that back: what is touched in between belongs to it, too."""
    keys = [f"key{number}" for number in range(20)]
    app.mset(dict.fromkeys(keys, "0"))
    opened_store = opened()
    baseline = opened_store.capture()
    writer, is_over = connect(0), threading.Event()

    def write() -> None:
        number = 0
        while not is_over.is_set():
            number += 1
            writer.mset(dict.fromkeys(keys, number))

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        try:
            for _ in range(30):
                try:
                    opened_store.rewind(baseline)
                except NotExact:
                    continue
                assert len(set(app.mget(keys))) == 1
        finally:
            is_over.set()
        writing.result()
    opened_store.rewind(baseline)
    assert set(app.mget(keys)) == {"0"}


REWIND = """
import sys
from pathlib import Path
from statusquo.core.endpoint import Address
from statusquo.stores.redis.store import open_store
store = open_store("cache", Address("redis", "127.0.0.1", int(sys.argv[1])), nonce="ours")
baseline = store.resume(Path(sys.argv[2]))
for _ in range(50):
    store.rewind(baseline)
"""


def test_two_programs_that_rewind_at_once_both_succeed(
    app: redis.Redis, opened: Open, address: Address, tmp_path: Path
) -> None:
    app.mset({f"key{number}": number for number in range(100)})
    app.set("session", "x", px=600_000)
    opened_store = opened()
    baseline = opened_store.capture()
    opened_store.save(baseline, tmp_path)
    argv = [sys.executable, "-c", REWIND, str(address.port), str(tmp_path)]
    with subprocess.Popen(argv, stderr=subprocess.PIPE, text=True) as other:
        while other.poll() is None:
            app.mset({"key1": "changed", "new": 1})
            app.delete("key2")
            app.persist("session")
            opened_store.rewind(baseline)
        assert other.stderr is not None
        assert (other.returncode, other.stderr.read()) == (0, "")
    opened_store.rewind(baseline)
    assert app.mget("key1", "key2", "new") == ["1", "2", None]
    assert 590_000 < int(app.pttl("session")) <= 600_000


def test_a_reset_of_the_statistics_does_not_hide_a_swap(app: redis.Redis, connect: Connect, opened: Open) -> None:
    app.set("a", 1)
    opened_store = opened()
    baseline = opened_store.capture()
    for _ in range(3):
        app.swapdb(0, 1)
        app.config_resetstat()
        assert store.UNCOUNTED in opened_store.rewind(baseline).notes
        assert (app.get("a"), connect(1).keys()) == ("1", [])


def test_counts_are_read_from_what_the_server_says() -> None:
    said = (
        b"# Commandstats\r\ncmdstat_swapdb:calls=2,usec=7\r\ncmdstat_function|load:calls=3,usec=1\r\n"
        b"cmdstat_function|list:calls=9,usec=1\r\ncmdstat_function|flush:calls=1,usec=1\r\n"
        b"cmdstat_info:calls=12,usec=99\r\ncmdstat_config|resetstat:calls=1,usec=1\r\n"
        b"cmdstat_xadd:calls=5,usec=1\r\ncmdstat_xgroup|create:calls=6,usec=1\r\ncmdstat_xack:calls=1,usec=1\r\n"
        b"cmdstat_xinfo|stream:calls=3,usec=1\r\ncmdstat_exists:calls=3,usec=1\r\n"
    )
    assert session.counts(said) == Counts(swaps=2, functions=4, groups=7, resets=1, asked=12)
    assert session.counts(b"") == Counts(0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    "command",
    [
        "XREADGROUP GROUP g c1 COUNT 1 STREAMS s >",
        "XREADGROUP GROUP g other STREAMS s 0",
        "XACK s g 1-1",
        "XCLAIM s g c2 0 1-1",
        "XAUTOCLAIM s g c2 0 0",
        "XGROUP CREATE s g2 0",
        "XGROUP SETID s g 0",
        "XGROUP CREATECONSUMER s g c9",
        "XGROUP DELCONSUMER s g c1",
        "XGROUP DESTROY s g",
        "XSETID s 9-9",
    ],
)
def test_what_a_server_does_not_announce_is_found(app: redis.Redis, opened: Open, command: str) -> None:
    for number in range(1, 4):
        app.xadd("s", {"n": str(number)}, id=f"{number}-1")
    app.xgroup_create("s", "g", "0")
    app.xreadgroup("g", "c1", {"s": ">"}, count=2)
    then = app.dump("s")
    opened_store = opened()
    baseline = opened_store.capture()
    for _ in range(2):
        ask(app, *command.split())
        assert [change.item for change in opened_store.diff(baseline).changes] == ["s"]
        assert opened_store.rewind(baseline).items == 1
        assert app.dump("s") == then
    inner = opened_store.capture()
    ask(app, *command.split())
    innermost = opened_store.capture()
    assert opened_store.diff(innermost).is_empty
    assert opened_store.rewind(inner).items == 1
    assert app.dump("s") == then
    assert trips(opened_store, lambda: opened_store.rewind(baseline)) == 1
