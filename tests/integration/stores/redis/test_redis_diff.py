"""How a diff of a Redis reads: every type of value, bytes that are no text, values too long to show."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
import redis

from statusquo.core.diff import Change, Image
from statusquo.stores.redis.store import RedisStore

pytestmark = pytest.mark.integration

Open = Callable[..., RedisStore]


def change_after(app: redis.Redis, opened: Open, act: Callable[[], object]) -> Change:
    store = opened()
    baseline = store.capture()
    act()
    (change,) = store.diff(baseline).changes
    return change


def shown_after(app: redis.Redis, opened: Open, act: Callable[[], object]) -> Image | None:
    return change_after(app, opened, act).after


def test_a_string(app: redis.Redis, opened: Open) -> None:
    app.set("greeting", "hello")
    change = change_after(app, opened, lambda: app.set("greeting", "goodbye"))
    assert change == Change(
        "updated",
        "db0",
        "greeting",
        {"type": "string", "value": "hello"},
        {"type": "string", "value": "goodbye"},
    )


def test_a_deleted_key_shows_what_it_was_and_leaves_no_trace_of_the_look(app: redis.Redis, opened: Open) -> None:
    app.rpush("queue", "job 1", "job 2")
    change = change_after(app, opened, lambda: app.delete("queue"))
    assert change == Change("deleted", "db0", "queue", {"type": "list", "value": '"job 1", "job 2"'}, None)
    assert app.keys() == ["statusquo:mark"]


def test_a_list(app: redis.Redis, opened: Open) -> None:
    assert shown_after(app, opened, lambda: app.rpush("k", "a, b", "c")) == {"type": "list", "value": '"a, b", "c"'}


def test_a_hash_in_the_order_of_its_fields(app: redis.Redis, opened: Open) -> None:
    shown = shown_after(app, opened, lambda: app.hset("k", mapping={"b": "2", "a": "é"}))
    assert shown == {"type": "hash", "value": '"a": "é", "b": "2"'}


def test_a_set_in_order(app: redis.Redis, opened: Open) -> None:
    assert shown_after(app, opened, lambda: app.sadd("k", "b", "a")) == {"type": "set", "value": '"a", "b"'}


def test_a_sorted_set_with_its_scores(app: redis.Redis, opened: Open) -> None:
    shown = shown_after(app, opened, lambda: app.zadd("k", {"late": 2, "soon": 1.5}))
    assert shown == {"type": "zset", "value": '"soon": "1.5", "late": "2"'}


def test_a_stream_with_its_entries(app: redis.Redis, opened: Open) -> None:
    shown = shown_after(app, opened, lambda: app.xadd("k", {"job": "1"}, id="5-1"))
    assert shown is not None
    assert shown["type"] == "stream"
    assert '"entries": [["5-1", ["job", "1"]]]' in str(shown["value"])


def test_bytes_that_are_no_text_are_shown_by_their_codes(app: redis.Redis, opened: Open) -> None:
    change = change_after(app, opened, lambda: app.set(b"k\xff", b"\x80abc"))
    assert (change.item, change.after) == ("k\\xff", {"type": "string", "value": "\\x80abc"})


def test_a_long_value_is_cut_and_told_from_others_by_its_digest(app: redis.Redis, opened: Open) -> None:
    app.set("k", "x" * 1000)
    change = change_after(app, opened, lambda: app.append("k", "y"))
    assert change.before is not None
    assert change.after is not None
    digest = hashlib.sha256(b"x" * 1000).hexdigest()[:12]
    assert change.before["value"] == "x" * 300 + f"... (1,000 characters, sha256 {digest})"
    assert change.before["value"] != change.after["value"]


def test_an_expiry_is_shown_as_the_time_when_it_ends(app: redis.Redis, opened: Open) -> None:
    app.set("k", "v")
    change = change_after(app, opened, lambda: app.pexpireat("k", 4_102_444_800_123))
    assert change.after == {"type": "string", "value": "v", "expires": "2100-01-01T00:00:00.123+00:00"}


def test_the_expiry_of_a_key_whose_value_changed_alone_is_the_same_in_both(app: redis.Redis, opened: Open) -> None:
    app.set("k", "v", px=1_000_000)
    change = change_after(app, opened, lambda: app.append("k", "w"))
    assert change.before is not None
    assert change.after is not None
    assert change.before["expires"] == change.after["expires"]
