"""Which keys differ and what puts them back: decided without a server."""

from __future__ import annotations

import pytest

from statusquo.stores.redis import plan
from statusquo.stores.redis.plan import Difference
from statusquo.stores.redis.values import Slot, Value
from statusquo.stores.redis.wire import Command

SLOT = Slot(2, b"k")
NOW = 1_000_000
FOR_EVER = Value(b"string", b"\x00dump")
OTHER = Value(b"string", b"\x00other")
MORTAL = Value(b"string", b"\x00dump", life=500, deadline=NOW - 100)


def test_values_that_are_as_they_were_are_no_difference() -> None:
    assert plan.differences([SLOT], {SLOT: MORTAL}, {SLOT: MORTAL}, slack=0) == ()


def test_a_key_that_was_not_there_and_is_not_there_is_no_difference() -> None:
    assert plan.differences([SLOT], {SLOT: None}, {}, slack=0) == ()


def test_a_deadline_within_the_slack_is_the_same() -> None:
    found = Value(b"string", b"\x00dump", life=500, deadline=NOW - 90)
    assert plan.differences([SLOT], {SLOT: MORTAL}, {SLOT: found}, slack=10) == ()
    assert len(plan.differences([SLOT], {SLOT: MORTAL}, {SLOT: found}, slack=9)) == 1


@pytest.mark.parametrize(
    ("held", "found", "commands"),
    [
        (None, OTHER, [("DEL", b"k")]),
        (FOR_EVER, None, [("RESTORE", b"k", 0, b"\x00dump", "REPLACE", "ABSTTL")]),
        (MORTAL, None, [("RESTORE", b"k", NOW + 500, b"\x00dump", "REPLACE", "ABSTTL")]),
        (FOR_EVER, MORTAL, [("PERSIST", b"k")]),
        (MORTAL, FOR_EVER, [("PEXPIREAT", b"k", NOW + 500)]),
        (MORTAL, OTHER, [("RESTORE", b"k", NOW + 500, b"\x00dump", "REPLACE", "ABSTTL")]),
    ],
)
def test_one_difference_is_one_command(held: Value | None, found: Value | None, commands: list[Command]) -> None:
    assert plan.restore_commands(Difference(SLOT, held, found, slack=0), NOW) == commands


def test_a_set_with_another_dump_is_read_before_and_after_it_is_restored() -> None:
    doubtful = Difference(SLOT, Value(b"set", b"\x0bnumbers"), Value(b"set", b"\x14words"), slack=0)
    read, restore = ("SMEMBERS", b"k"), ("RESTORE", b"k", 0, b"\x0bnumbers", "REPLACE", "ABSTTL")
    assert plan.restore_commands(doubtful, NOW) == [read, restore, read]
    assert not plan.really_changed(doubtful, [[b"1", b"2"], b"OK", [b"2", b"1"]])
    assert plan.really_changed(doubtful, [[b"1", b"2"], b"OK", [b"1"]])
