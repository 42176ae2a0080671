"""Which keys differ and what puts them back: decided without a server."""

from __future__ import annotations

from dataclasses import replace

import pytest

from statusquo.stores.redis import plan, values
from statusquo.stores.redis.plan import Difference
from statusquo.stores.redis.values import Field, Slot, Value
from statusquo.stores.redis.wire import Command

SLOT = Slot(2, b"k")
NOW = 1_000_000
FOR_EVER = Value(b"string", b"\x00dump")
OTHER = Value(b"string", b"\x00other")
MODULE = Value(b"ReJSON-RL", b"\x07json")
FIELDS = Value(b"hash", b"\x16h", fields=(Field(b"a", b"1", 500, NOW - 100), Field(b"b", b"2", None, None)))
LIBRARY, CODE = Slot(values.FUNCTIONS, b"lib"), Value(values.LIBRARY, b"#!lua name=lib")
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
        (MODULE, Value(b"ReJSON-RL", b"\x07x"), [("RESTORE", b"k", 0, b"\x07json", "REPLACE", "ABSTTL")]),
        (
            FIELDS,
            None,
            [
                ("DEL", b"k"),
                ("HSET", b"k", b"a", b"1", b"b", b"2"),
                ("PERSIST", b"k"),
                ("HPEXPIREAT", b"k", NOW + 500, "FIELDS", 1, b"a"),
            ],
        ),
    ],
)
def test_one_difference_has_one_way_back(held: Value | None, found: Value | None, commands: list[Command]) -> None:
    assert plan.restore_commands(Difference(SLOT, held, found, slack=0), NOW) == commands


def test_a_set_with_another_dump_is_read_before_and_after_it_is_restored() -> None:
    doubtful = Difference(SLOT, Value(b"set", b"\x0bnumbers"), Value(b"set", b"\x14words"), slack=0)
    read, restore = ("SMEMBERS", b"k"), ("RESTORE", b"k", 0, b"\x0bnumbers", "REPLACE", "ABSTTL")
    assert plan.restore_commands(doubtful, NOW) == [read, restore, read]
    assert not plan.really_changed(doubtful, [[b"1", b"2"], b"OK", [b"2", b"1"]])
    assert plan.really_changed(doubtful, [[b"1", b"2"], b"OK", [b"1"]])


def test_a_library_goes_before_any_is_loaded() -> None:
    changed = Difference(LIBRARY, CODE, Value(values.LIBRARY, b"#!lua name=lib\n"), slack=0)
    assert plan.removal_commands(changed) == [("FUNCTION", "DELETE", b"lib")]
    assert plan.restore_commands(changed, NOW) == [("FUNCTION", "LOAD", b"#!lua name=lib")]
    assert plan.transaction([(LIBRARY, plan.removal_commands(changed))]) == [
        ("MULTI",),
        ("FUNCTION", "DELETE", b"lib"),
        ("EXEC",),
    ]


def test_a_library_that_is_new_only_goes_and_one_that_is_gone_only_comes() -> None:
    new, gone = Difference(LIBRARY, None, CODE, slack=0), Difference(LIBRARY, CODE, None, slack=0)
    assert (plan.removal_commands(new), plan.restore_commands(new, NOW)) == ([("FUNCTION", "DELETE", b"lib")], [])
    assert (plan.removal_commands(gone), plan.restore_commands(gone, NOW)) == (
        [],
        [("FUNCTION", "LOAD", b"#!lua name=lib")],
    )


def test_fields_that_expire_later_are_a_difference_though_the_dump_tells_nothing() -> None:
    moved = replace(FIELDS, dump=b"\x16other")
    assert plan.differences([SLOT], {SLOT: FIELDS}, {SLOT: moved}, slack=0) == ()
    later = replace(FIELDS, fields=tuple(field.restarted(NOW) for field in FIELDS.fields or ()))
    assert len(plan.differences([SLOT], {SLOT: FIELDS}, {SLOT: later}, slack=0)) == 1


def test_a_value_is_due_when_half_of_the_first_of_its_lives_is_over() -> None:
    assert (FOR_EVER.due, MORTAL.due, FIELDS.due) == (None, NOW - 350, NOW - 350)
    assert (FIELDS.is_over(NOW - 101), FIELDS.is_over(NOW - 100)) == (False, True)
