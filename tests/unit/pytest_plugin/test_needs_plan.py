"""From what the selected tests ask for to one plan: which services start, in which order variants come."""

from __future__ import annotations

import tomllib
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statusquo.config import build
from statusquo.pytest_plugin import needs
from statusquo.pytest_plugin.needs import Need

FILE = """
[services.db]
kind = "postgres"
[services.server]
command = "python server.py {port}"
needs = ["db"]
[services.worker]
command = "python worker.py"
port = false
needs = ["db"]
[services.mailer]
command = "python mailer.py"
port = false
[variants.one-job]
env.server = { LIMIT = "1" }
[api]
service = "server"
[stack]
start = ["mailer"]
"""
CONFIG = build.build(tomllib.loads(FILE), (), path=Path(__file__).with_name("statusquo.toml"), environ={})

VARIANTS = st.sampled_from(["", "a", "b", "c"])


def refused(*asked: Need) -> str:
    with pytest.raises(pytest.UsageError) as caught:
        needs.check(asked, CONFIG)
    return str(caught.value)


def test_tests_without_a_mark_need_what_the_configuration_says() -> None:
    assert needs.services([Need("t"), Need("u")], CONFIG) == ("mailer",)


def test_a_test_with_a_mark_needs_these_the_api_and_what_they_need() -> None:
    assert needs.services([Need("t", ("worker",))], CONFIG) == ("db", "server", "worker")


def test_tests_together_need_what_each_needs() -> None:
    assert needs.services([Need("t", ("worker",)), Need("u")], CONFIG) == ("db", "server", "worker", "mailer")


def test_no_test_needs_nothing() -> None:
    assert needs.services([], CONFIG) == ()


@given(st.lists(VARIANTS))
def test_each_variant_is_entered_once_none_first_and_the_order_inside_stays(variants: list[str]) -> None:
    items = list(enumerate(variants))
    ordered = needs.by_variant(items, lambda item: item[1])
    assert sorted(ordered) == items
    entered = [name for name, _ in groupby(ordered, lambda item: item[1])]
    assert entered == list(dict.fromkeys(["", *variants] if "" in variants else variants))
    assert all([i for i, v in ordered if v == name] == [i for i, v in items if v == name] for name in entered)


@given(st.lists(VARIANTS))
def test_putting_tests_in_order_again_changes_nothing(variants: list[str]) -> None:
    once = needs.by_variant(list(enumerate(variants)), lambda item: item[1])
    assert needs.by_variant(once, lambda item: item[1]) == once


def test_what_the_configuration_knows_is_taken() -> None:
    needs.check([Need("t", ("worker",), "one-job"), Need("u", together="m"), Need("v", together="m")], CONFIG)


def test_a_service_that_nobody_knows_is_refused_with_the_nearest_name() -> None:
    assert refused(Need("test_it.py::test_a", ("wroker",))) == (
        "test_it.py::test_a: @pytest.mark.needs_services: statusquo.toml has no service 'wroker'. "
        "Did you mean 'worker'?"
    )


def test_all_that_is_unknown_is_said_at_once() -> None:
    assert refused(Need("t", ("queue",), "one-jb"), Need("u", variant="two")) == (
        "t: @pytest.mark.needs_services: statusquo.toml has no service 'queue'. Known: db, mailer, server, worker.\n"
        "t: @pytest.mark.variant: statusquo.toml has no variant 'one-jb'. Did you mean 'one-job'?\n"
        "u: @pytest.mark.variant: statusquo.toml has no variant 'two'. Known: one-job."
    )


def test_a_module_that_is_put_back_as_a_whole_cannot_be_in_two_variants() -> None:
    asked = [Need("m::a", together="m"), Need("m::b", variant="one-job", together="m"), Need("m::c", together="m")]
    assert refused(*asked) == (
        "m: its tests are put back together (@pytest.mark.rewind), but m::a runs without a variant and m::b in the "
        "variant 'one-job'. Entering a variant puts everything back. Give all of them the same variant, or have each "
        "put back by itself."
    )


def test_a_module_that_is_put_back_as_a_whole_may_be_in_one_variant() -> None:
    needs.check([Need(name, variant="one-job", together="m") for name in "abc"], CONFIG)
