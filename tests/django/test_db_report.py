"""The report of what databases cost, and the hunt for tests that leak."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from statusquo.core.endpoint import Endpoint
from statusquo.django import report
from statusquo.django.frames.tally import Pair, Reason
from statusquo.django.report import Facts, Hint, Rewind
from tests.django import suite
from tests.django.suite import Suite

SHOP = """
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from shop.models import Category, Tag

@pytest.fixture(scope="module")
def shelf():
    return Category.objects.create(name="shelf")

@pytest.mark.django_db
def test_saves(shelf):
    Tag.objects.create(name="new")
    Tag.objects.update(name="old")

@pytest.mark.django_db(transaction=True)
def test_needs_nothing():
    Tag.objects.create(name="new")

@pytest.mark.django_db(transaction=True)
def test_commits():
    with transaction.atomic():
        Tag.objects.create(name="new")

@pytest.mark.django_db(transaction=True)
def test_reads_in_a_transaction():
    with transaction.atomic():
        assert Tag.objects.count() == 0

@pytest.mark.django_db(transaction=True)
def test_uses_a_thread():
    def count():
        Tag.objects.count()
        connection.close()
    thread = threading.Thread(target=count)
    thread.start()
    thread.join()

@pytest.mark.django_db(transaction=True)
def test_has_callbacks():
    with transaction.atomic():
        transaction.on_commit(lambda: None)

@pytest.mark.django_db(transaction=True)
def test_goes_on_after_an_error():
    with pytest.raises(IntegrityError):
        Category.objects.create(name="tea")
    assert Category.objects.count() == 2

@pytest.mark.django_db(reset_sequences=True)
def test_numbers():
    assert Tag.objects.create(name="new").pk == 1

def test_asks_late(request):
    request.getfixturevalue("transactional_db")

def test_plain():
    pass
"""
LEAKS = """
import pytest
from django.db import connection, connections
from shop.models import Category, Tag

def past_the_transaction(*statements):
    copy = connection.copy()
    with copy.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    copy.close()

@pytest.mark.django_db(databases=["default", "other"])
def test_saves():
    Tag.objects.create(name="new")
    Tag.objects.using("other").create(name="new")

@pytest.mark.django_db(transaction=True)
def test_commits():
    Tag.objects.create(name="new")
    Category.objects.all().delete()

@pytest.mark.django_db
def test_leaks():
    past_the_transaction(
        "INSERT INTO shop_tag (name) VALUES ('new')",
        "DELETE FROM shop_rate",
        "UPDATE shop_category SET name = 'coffee' WHERE name = 'tea'",
    )

class TestMore:
    @pytest.mark.django_db
    def test_saves(self):
        Tag.objects.create(name="new")

    def test_plain(self):
        pass
"""


def server_of(endpoint: Endpoint) -> str:
    assert endpoint.admin
    return suite.dsn(endpoint.admin)


def test_the_report_says_what_each_test_did(tmp_path: Path, postgres_server: Endpoint) -> None:
    tests = Suite(tmp_path, server_of(postgres_server))
    tests.write(test_shop=SHOP)
    run = tests.run("--db-report", "--db-report-json=report.json")
    assert run.returncode == 0, run.stdout
    facts = read(tmp_path / "report.json")
    assert {name: each.mode for name, each in facts.items()} == {
        **dict.fromkeys(("needs_nothing", "commits", "reads_in_a_transaction", "uses_a_thread"), "transactional"),
        "has_callbacks": "transactional",
        "goes_on_after_an_error": "transactional",
        "numbers": "transactional",
        "asks_late": "transactional",
        "saves": "savepoint",
        "plain": "none",
    }
    assert facts["saves"].tables == ("default.shop_category", "default.shop_tag")
    assert facts["saves"].frames == 1
    counts = [rows for r in facts["needs_nothing"].rewinds for name, rows in r.tables.items() if "shop_tag" in name]
    assert counts == [1], facts["needs_nothing"]
    assert {r.alias for r in facts["needs_nothing"].rewinds} == {"default"}
    assert {name for name, each in facts.items() if each.has_committed} == {"commits", "has_callbacks"}
    assert {name for name, each in facts.items() if each.has_second} == {"uses_a_thread"}
    assert {name for name, each in facts.items() if each.has_failed} == {"goes_on_after_an_error"}
    assert {name for name, each in facts.items() if each.is_bound} == {"numbers"}
    assert "test_shop.py::test_saves" in run.stdout
    assert "shared fixtures: 1 frame" in run.stdout
    first = [each for each in facts.values() if each.making]
    assert len(first) == 1
    assert "; test databases made in " in run.stdout


def test_workers_hand_their_facts_to_the_controller(tmp_path: Path) -> None:
    tests = Suite(tmp_path)
    tests.write(test_shop=SHOP, test_more=SHOP)
    run = tests.run("--db-report", "--db-report-json=report.json", "-n2", "--dist=loadfile")
    assert run.returncode == 0, run.stdout
    assert len(json.loads((tmp_path / "report.json").read_text())["tests"]) == 20
    assert run.stdout.count("test_saves ") == 2
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".json"] == ["report.json"]


@pytest.mark.parametrize(("database", "arguments"), [("sqlite", ("-n2",)), ("postgresql", ())], ids=["sqlite", "pg"])
def test_the_first_test_that_leaks_is_named(
    tmp_path: Path, request: pytest.FixtureRequest, database: str, arguments: tuple[str, ...]
) -> None:
    if database == "postgresql":
        database = server_of(request.getfixturevalue("postgres_server"))
    tests = Suite(tmp_path, database)
    tests.write(test_leaks=LEAKS)
    run = tests.run("--verify-isolation", "--isolation-seed=3", *arguments)
    assert "5 passed, 1 error" in run.stdout, run.stdout
    assert "statusquo: the first test that leaks is test_leaks.py::test_leaks (--isolation-seed=3)" in run.stdout
    assert (
        "test_leaks.py::test_leaks leaks: rows that it, or a fixture set up for it, has changed are not as they were. "
        "That was committed past what rolls back or rewinds: in another process, over a connection of its own, or by a "
        "statement that ends the transaction. Mark the test django_db(transaction=True), or clean up where it writes.\n"
        '    database "default", table shop_category:\n'
        "      + id=2, name='coffee'\n"
        "      - id=2, name='tea'\n"
        '    database "default", table shop_rate:\n'
        "      - currency='EUR', value=100\n"
        '    database "default", table shop_tag:\n'
        "      + id="
    ) in run.stdout


CLASSES = """
from django.test import SimpleTestCase, TestCase
from shop.models import Tag

class TestWithoutDatabase(SimpleTestCase):  # while its tests run, Django forbids every query
    def test_one(self):
        pass

    def test_another(self):
        pass

class TestWithOne(TestCase):
    def test_one(self):
        Tag.objects.create(name="one")

    def test_another(self):
        assert not Tag.objects.exists()
"""


def test_a_suite_that_leaks_nothing_is_told_so_with_its_seed(tmp_path: Path) -> None:
    tests = Suite(tmp_path)
    tests.write(test_shop=SHOP, test_classes=CLASSES)
    run = tests.run("--verify-isolation")
    assert run.returncode == 0, run.stdout
    assert "no test leaks (--isolation-seed=" in run.stdout


def read(path: Path) -> dict[str, Facts]:
    facts = map(Facts.from_value, json.loads(path.read_text())["tests"])
    return {each.test.rpartition("::test_")[2]: each for each in facts}


SAVED = Facts("a.py::saved", "savepoint", overhead=0.25, seconds=0.25)
COMMITTED = Facts("a.py::committed", "transactional", overhead=4.75, seconds=0.25)


def test_a_hint_compares_medians_of_this_run() -> None:
    assert report.hints([SAVED, COMMITTED]) == (Hint("a.py::committed", 10),)
    assert report.hints([COMMITTED]) == (Hint("a.py::committed", None),)
    slow = Facts("a.py::slow", "savepoint", overhead=9)
    assert report.hints([slow, COMMITTED]) == ()
    assert report.hints([]) == ()


def test_no_hint_for_what_needs_to_commit() -> None:
    reasons = (
        replace(COMMITTED, has_committed=True),
        replace(COMMITTED, has_second=True),
        replace(COMMITTED, has_failed=True),
        replace(COMMITTED, is_bound=True),
    )
    assert report.hints([SAVED, *reasons]) == ()


def test_the_lines_of_the_report() -> None:
    late = Pair('module fixture "shelf"', 'session fixture "site"', Reason.LATE)
    held = Pair('session fixture "site"', "a.py::saved", Reason.HELD)
    rewind = Rewind("default", 0.002, {"public.shop_tag": 2}, ("It took a detour.",))
    tables = tuple(f"default.t{number}" for number in range(7))
    facts = [
        Facts("a.py::saved", "savepoint", tables, frames=2, unwinds=(late, late), demotions=(held,), overhead=0.001),
        Facts(
            "a.py::committed",
            "transactional",
            ("other.x",),
            (rewind,),
            layers=1,
            notes=("Mind this.",),
            making=1.5,
            overhead=0.009,
            seconds=0.001,
        ),
        Facts("a.py::plain", "none"),
    ]
    assert report.lines(facts) == (
        "mode           time     rewind  frames  test             tables",
        "savepoint      1.0 ms           2       a.py::saved      t0, t1, t2, t3, t4 and 2 more",
        "transactional  10.0 ms  2.0 ms          a.py::committed  other.x, shop_tag 2",
        (
            "1 test with mode savepoint, 1 test with mode transactional, 1 test with mode none; 1 rewind in 2.0 ms; "
            "test databases made in 1.50 s"
        ),
        "shared fixtures: 2 frames, 1 committed layer, 2 unwinds, 1 demotion",
        '  2 × unwound: module fixture "shelf": it stood where a wider fixture had to go (session fixture "site")',
        '  1 × demoted: session fixture "site": the test had the narrower fixture already (a.py::saved)',
        "  Mind this.",
        'a.py::committed: the rewind of "default": It took a detour.',
        (
            "a.py::committed: never opened a second connection and never reached COMMIT: "
            "savepoint mode would be 5.0 times faster."
        ),
    )
    assert [Facts.from_value(json.loads(json.dumps(each.as_value()))) for each in facts] == facts
