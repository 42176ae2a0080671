"""What a rewind of a Redis does beyond the laws: expiries, kept keys, flushes; what it costs in round trips."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import redis

from statusquo.core import ports
from statusquo.core.baseline import Touched
from statusquo.core.endpoint import Address
from statusquo.core.errors import GuardError, StoreError
from statusquo.stores.redis import mark, store
from statusquo.stores.redis.store import RedisStore, open_store

pytestmark = pytest.mark.integration

Open = Callable[..., RedisStore]
Connect = Callable[[int], redis.Redis]


def ask(client: redis.Redis, *words: str | int) -> Any:
    return client.execute_command(*words)  # type: ignore[no-untyped-call]


def trips(of: RedisStore, act: Callable[[], object]) -> int:
    before = of.trips
    act()
    return of.trips - before


def test_nothing_written_costs_one_round_trip_and_touches_nothing(app: redis.Redis, opened: Open) -> None:
    app.set("a", 1)
    opened_store = opened()
    baseline = opened_store.capture()
    assert trips(opened_store, lambda: opened_store.rewind(baseline)) == 1
    assert opened_store.rewind(baseline).is_clean


@pytest.mark.parametrize("stored", [10, 3000])
def test_five_touched_keys_cost_four_round_trips_however_many_are_stored(
    app: redis.Redis, opened: Open, stored: int
) -> None:
    app.mset({f"key{number}": number for number in range(stored)})
    opened_store = opened()
    baseline = opened_store.capture()
    app.mset({f"key{number}": "changed" for number in range(5)})
    assert trips(opened_store, lambda: opened_store.rewind(baseline)) == 4
    assert app.mget("key0", "key4") == ["0", "4"]


def test_a_second_capture_looks_at_touched_keys_only(app: redis.Redis, opened: Open) -> None:
    app.mset({f"key{number}": number for number in range(3000)})
    opened_store = opened()
    opened_store.capture()
    app.set("key7", "changed")
    assert trips(opened_store, opened_store.capture) == 2


def test_a_report_says_how_many_keys_of_which_database(app: redis.Redis, connect: Connect, opened: Open) -> None:
    opened_store = opened()
    baseline = opened_store.capture()
    app.mset({"a": 1, "b": 2})
    connect(3).set("c", 3)
    assert opened_store.rewind(baseline).touched == (Touched("db0", 2), Touched("db3", 1))


def test_an_expiry_comes_back_as_the_life_there_was_left(app: redis.Redis, opened: Open) -> None:
    app.set("session", "x", px=60_000)
    opened_store = opened()
    baseline = opened_store.capture()
    app.persist("session")
    assert opened_store.rewind(baseline).items == 1
    assert 55_000 < int(app.pttl("session")) <= 60_000


@pytest.mark.parametrize("by", [1, -1])
def test_an_expiry_that_moved_by_a_millisecond_is_noticed_and_comes_back(
    app: redis.Redis, opened: Open, by: int
) -> None:
    if int(app.info("server")["redis_version"].split(".")[0]) < 7:
        pytest.skip("older servers do not tell deadlines exactly")
    app.set("session", "x", px=60_000)
    opened_store = opened()
    baseline = opened_store.capture()
    app.set("session", "y")
    opened_store.rewind(baseline)
    deadline = int(app.pexpiretime("session"))

    app.pexpireat("session", deadline + by)

    assert [change.item for change in opened_store.diff(baseline).changes] == ["session"]
    assert opened_store.rewind(baseline).items == 1
    assert opened_store.diff(baseline).is_empty


def test_a_restored_key_that_is_written_again_as_it_was_did_not_change(app: redis.Redis, opened: Open) -> None:
    app.set("session", "x", px=60_000)
    opened_store = opened()
    baseline = opened_store.capture()
    app.delete("session")
    opened_store.rewind(baseline)
    app.set("session", "x", keepttl=True)
    assert opened_store.diff(baseline).is_empty
    assert opened_store.rewind(baseline).is_clean


def test_a_key_that_expired_meanwhile_is_back(app: redis.Redis, opened: Open) -> None:
    app.set("short", "lived", px=1_000)
    opened_store = opened()
    baseline = opened_store.capture()
    while app.exists("short"):
        time.sleep(0.01)
    assert opened_store.rewind(baseline).items == 1
    assert app.get("short") == "lived"


def test_a_key_that_nobody_wrote_gets_its_life_back_before_it_runs_out(app: redis.Redis, opened: Open) -> None:
    app.set("session", "x", px=2_000)
    opened_store = opened()
    baseline = opened_store.capture()
    while int(app.pttl("session")) > 900:
        time.sleep(0.05)
    assert opened_store.rewind(baseline).is_clean
    assert int(app.pttl("session")) > 900


def test_a_set_that_gained_and_lost_a_member_did_not_change(app: redis.Redis, opened: Open) -> None:
    app.sadd("tags", 1, 2, 3)
    opened_store = opened()
    baseline = opened_store.capture()
    dump = app.dump("tags")
    app.sadd("tags", "a word")
    app.srem("tags", "a word")
    assert app.dump("tags") != dump  # the server keeps numbers in a form of their own until it meets a word
    assert opened_store.diff(baseline).is_empty
    assert opened_store.rewind(baseline).is_clean


def test_the_expiry_of_a_field_comes_back(app: redis.Redis, opened: Open) -> None:
    app.hset("cart", mapping={"a": "1", "b": "2"})
    opened_store = opened()
    baseline = opened_store.capture()
    with suppress(redis.ResponseError):
        ask(app, "HEXPIRE", "cart", 1000, "FIELDS", 1, "a")
        (change,) = opened_store.diff(baseline).changes
        assert change.before != change.after
        assert opened_store.rewind(baseline).items == 1
        assert ask(app, "HTTL", "cart", "FIELDS", 1, "a") == [-1]


def test_kept_keys_are_neither_shown_nor_touched(app: redis.Redis, opened: Open) -> None:
    app.set("rq:worker:1", "idle")
    opened_store = opened("rq:worker*")
    baseline = opened_store.capture()
    app.set("rq:worker:1", "busy")
    app.set("rq:workers", "1")
    assert opened_store.diff(baseline).is_empty
    assert trips(opened_store, lambda: opened_store.rewind(baseline)) == 1
    assert app.get("rq:worker:1") == "busy"


def test_a_worker_blocked_in_blpop_stays_connected_and_waits_on(
    app: redis.Redis, connect: Connect, opened: Open
) -> None:
    app.set("a", 1)
    opened_store = opened()
    baseline = opened_store.capture()
    worker = connect(0)
    worker_id = worker.client_id()
    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(worker.blpop, ["queue"], 20)
        while not ask(app, "CLIENT", "LIST", "TYPE", "normal").count("cmd=blpop"):
            time.sleep(0.01)
        app.flushall()
        opened_store.rewind(baseline)
        app.rpush("queue", "job")
        assert job.result() == ("queue", "job")
    assert worker.client_id() == worker_id


def test_after_a_flush_everything_is_back_the_mark_too_and_the_report_says_why_it_took_longer(
    app: redis.Redis, opened: Open
) -> None:
    app.mset({"a": 1, "b": 2})
    opened_store = opened()
    baseline = opened_store.capture()
    app.flushall()
    rewound = opened_store.rewind(baseline)
    assert (rewound.items, rewound.notes) == (2, (store.FLUSHED,))
    assert app.get(mark.KEY.decode()) == "ours"
    assert opened_store.rewind(baseline).notes == ()


def test_swapped_databases_are_noticed(app: redis.Redis, connect: Connect, opened: Open) -> None:
    app.set("a", 1)
    opened_store = opened()
    baseline = opened_store.capture()
    app.swapdb(0, 1)
    assert opened_store.rewind(baseline).notes == (store.SWAPPED,)
    assert (app.get("a"), connect(1).keys()) == ("1", [])


@pytest.mark.parametrize("kind", ["pubsub", "normal"])
def test_a_lost_connection_costs_a_full_comparison_and_nothing_else(app: redis.Redis, opened: Open, kind: str) -> None:
    app.set("a", 1)
    opened_store = opened()
    baseline = opened_store.capture()
    app.set("a", 2)
    ask(app, "CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes")
    app.set("b", 3)
    rewound = opened_store.rewind(baseline)
    assert (rewound.items, rewound.notes) == (2, (store.LOST,))
    app.set("a", 4)
    assert opened_store.rewind(baseline).notes == ()
    assert app.get("a") == "1"


def test_a_server_with_the_mark_of_another_run_is_left_alone(app: redis.Redis, opened: Open, address: Address) -> None:
    opened_store = opened()
    baseline = opened_store.capture()
    app.set("a", 1)
    mark.write(address, "theirs")
    with pytest.raises(GuardError) as raised:
        opened_store.rewind(baseline)
    assert str(raised.value) == (
        f'Store "cache" at 127.0.0.1:{address.port} is not ours to change. It carries the mark of another run. '
        "Only what this run made, or what carries its mark, is ever rewound, emptied or dropped. "
        "Get a fresh stack with 'statusquo down' and 'statusquo up'; if somebody else runs it: 'statusquo adopt'."
    )
    assert app.get("a") == "1"


def test_a_mark_that_was_deleted_by_hand_is_not_put_back(app: redis.Redis, opened: Open) -> None:
    opened_store = opened()
    baseline = opened_store.capture()
    app.set("a", 1)
    app.delete(mark.KEY.decode())
    with pytest.raises(GuardError):
        opened_store.rewind(baseline)
    assert app.keys() == ["a"]


def test_a_flush_before_the_store_was_opened_leaves_a_server_that_is_not_ours(app: redis.Redis, opened: Open) -> None:
    app.flushall()
    opened_store = opened()
    baseline = opened_store.capture()
    app.flushall()
    app.set("a", 1)
    with pytest.raises(GuardError):
        opened_store.rewind(baseline)
    assert app.get("a") == "1"


def test_a_dump_that_the_server_refuses_is_named(app: redis.Redis, opened: Open, tmp_path: Path) -> None:
    app.set("a", 1)
    first = opened()
    first.save(first.capture(), tmp_path)
    keys = tmp_path / "keys.jsonl"
    keys.write_text(keys.read_text().replace('"dump": "', '"dump": "////'))
    app.delete("a")
    second = opened()
    with pytest.raises(StoreError) as raised:
        second.rewind(second.resume(tmp_path))
    assert str(raised.value) == (
        'Store "cache": the server refused to put back "a" in db0. '
        "It says: DUMP payload version or checksum are wrong. "
        "A baseline of a newer server cannot be restored here: build it again."
    )


def test_a_server_that_is_not_there_is_named() -> None:
    port = ports.lease()
    with pytest.raises(StoreError) as raised:
        open_store("cache", Address("redis", "127.0.0.1", port), nonce="ours")
    assert str(raised.value) == (
        f"The server at 127.0.0.1:{port} cannot be talked to. "
        f"Error 111 connecting to 127.0.0.1:{port}. Connection refused. "
        "Look at the end of its log: it is down, or does not take connections."
    )
