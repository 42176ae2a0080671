"""``manage.py statusquo load`` and the ``loaddata`` that takes the place of Django's, against what Django's does."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests.django import goods
from tests.django.suite import Suite
from tests.django.test_dump_command import empty_postgres

pytestmark = pytest.mark.integration

ITEM = {"name": "x", "price": "1.00", "grade": "b", "added": "2026-01-05T10:00:00Z", "changed": "2026-01-05T10:00:00Z"}
LAMP = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
ROWS = [
    {"model": "goods.bin", "pk": 1, "fields": {"code": "hall", "near": [2]}},
    {"model": "goods.bin", "pk": 2, "fields": {"code": "shelf", "inside": ["hall"]}},
    {"model": "goods.item", "pk": LAMP, "fields": {**ITEM, "readers": [["view_bin", "goods", "bin"]]}},
]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty database, as the settings of the warehouse take it."""
    if request.param == "sqlite":
        return str(tmp_path_factory.mktemp("load") / "goods.sqlite3")
    return empty_postgres(request.getfixturevalue("postgres_server"), "loaded")


def written(path: Path, rows: object) -> str:
    path.write_text(json.dumps(rows))
    return str(path)


def test_drawn_fixtures_give_what_djangos_loaddata_gives(database: str) -> None:
    assert goods.ran("-m", "goods.drawn", database=database) == "equal\n"


def test_receivers_hear_and_change_what_they_do_with_djangos_loaddata(database: str, tmp_path: Path) -> None:
    said = goods.ran("-m", "goods.heard", written(tmp_path / "data.json", ROWS), database=database)
    stock, ours, receivers = json.loads(said)
    assert ours == stock
    assert ours[1] == [[9, "0x11", None]]
    assert receivers == ["__main__.before", "__main__.after", "__main__.pairs"]


@pytest.fixture(scope="module")
def told(database: str, tmp_path_factory: pytest.TempPathFactory) -> list[goods.Done]:
    """Commands one after the other: they share a process, because one takes a second to start."""
    folder = tmp_path_factory.mktemp("data")
    data = written(folder / "data.json", ROWS)
    fewer = written(folder / "fewer.json", [{"model": "goods.bin", "pk": 1, "fields": {"code": "HALL"}}])
    wrong = written(
        folder / "wrong.json",
        [{"model": "goods.bin", "pk": "x", "fields": {}}, {"model": "goods.bun", "pk": 1, "fields": {"a": 1}}],
    )
    name = Path(database).name if not database.startswith("postgresql:") else "loaded"
    load = ("statusquo", "load")
    return list(
        goods.commands(
            ("migrate", "-v0"),
            (*load, data),
            (*load, data, "--mode", "check"),
            (*load, data, "--mode", "insert"),
            (*load, fewer, "--mode", "check"),
            (*load, fewer, "--mode", "ensure"),
            (*load, fewer, "--mode", "replace"),
            (*load, fewer, "--mode", "replace", "--delete-in", database if name.endswith("sqlite3") else name),
            (*load, wrong),
            (*load, wrong, "--drop-unknown"),
            (*load, str(folder / "none.json")),
            ("statusquo", "dump", str(folder / "dumped.json")),
            (*load, str(folder / "dumped.json"), "--mode", "check", "--json"),
            database=database,
        )
    )


def test_a_load_tells_what_it_did(told: list[goods.Done]) -> None:
    assert told[1] == goods.Done(0, "goods.bin: +2\ngoods.item: +1\n", "")
    assert told[2] == goods.Done(0, "", "")


def test_insert_refuses_what_is_there(told: list[goods.Done]) -> None:
    assert told[3].code == 10
    assert told[3].err.startswith("Error: 3 things keep the data from being loaded; nothing was.\n")


def test_a_check_tells_the_difference(told: list[goods.Done]) -> None:
    assert told[4] == goods.Done(1, '~ goods.bin:1: code "hall" → "HALL"\n- goods.bin:2\n', "")


def test_ensure_leaves_rows_alone(told: list[goods.Done]) -> None:
    assert told[5].out == "goods.bin: 1 left as it is\n"


def test_replace_needs_consent(told: list[goods.Done]) -> None:
    assert told[6].code == 7
    assert "replace deletes the rows that the data do not have. If that is meant: --delete-in " in told[6].err
    assert told[7] == goods.Done(0, "goods.bin: ~1, -1\n", "")


def test_bad_rows_are_told_with_their_lines(told: list[goods.Done]) -> None:
    assert told[8].code == told[9].code == told[10].code == 10
    assert "wrong.json:1: goods.bun:1 is of a model that is not known. Did you mean 'goods.bin'?" in told[8].err
    assert 'wrong.json:1: goods.bin:x id is "x", which is no integer.' in told[9].err
    assert "none.json: cannot be read." in told[10].err


def test_what_was_dumped_is_what_is_there(told: list[goods.Done]) -> None:
    assert told[11].code == 0
    assert (told[12].code, told[12].out) == (0, "[]\n")


FAST = "from settings import *\nINSTALLED_APPS = [*INSTALLED_APPS, 'statusquo.django.loaddata']\n"
TESTS = """
import gzip
import zipfile
import pytest
from django.core.management import CommandError, call_command, get_commands
from django.test import TestCase, TransactionTestCase
from shop.models import Tag, Product
from statusquo.django.loaddata.management.commands.loaddata import Command

class TestOnce(TestCase):
    fixtures = ["tags.json", "more.json"]
    databases = ["default", "other"]

    def test_rows_are_there(self):
        assert get_commands()["loaddata"] == "statusquo.django.loaddata"
        assert [each.name for each in Tag.objects.order_by("pk")] == ["red", "blue"]
        assert Tag.objects.create(name="x").pk == 8

    def test_rows_are_there_again(self):
        assert Tag.objects.using("other").count() == 2
        assert Product.objects.get().tags.count() == 1

class TestEach(TransactionTestCase):
    fixtures = ["tags.json"]

    def test_rows_are_there(self):
        assert Tag.objects.get().name == "red"

@pytest.mark.django_db
def test_what_is_wrong_is_told_by_both(tmp_path):
    (tmp_path / "bad.json").write_text('[{"model": "shop.product", "pk": 1, "fields": {"name": "x", "category": 99}}]')
    with pytest.raises(CommandError) as raised:
        call_command("loaddata", str(tmp_path / "bad.json"))
    assert "category refers to shop.category 99, which is neither in the data nor in the database" in str(raised.value)

def packed(path, *members):
    with zipfile.ZipFile(path, "w") as made:
        for name in members:
            made.writestr(name, '[{"model": "shop.tag", "pk": 1, "fields": {"name": "packed"}}]')
    return path

@pytest.mark.django_db
def test_a_zip_of_one_file_is_read_whatever_the_file_is_called(tmp_path):
    call_command(Command(), str(packed(tmp_path / "good.json.zip", "../../etc/tags.json")))
    assert Tag.objects.get().name == "packed"
    assert [each.name for each in tmp_path.iterdir()] == ["good.json.zip"]

@pytest.mark.django_db
def test_what_cannot_be_unpacked_is_refused(tmp_path):
    packed(tmp_path / "two.json.zip", "a.json", "b.json")
    whole = gzip.compress(b"[]" * 999)
    (tmp_path / "cut.json.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "none.json.bz2").write_bytes(b"[]")
    for name in ("two.json.zip", "cut.json.gz", "none.json.bz2"):
        with pytest.raises(CommandError, match=f"{name}: cannot be read"):
            call_command("loaddata", str(tmp_path / name))
    assert Tag.objects.count() == 0

@pytest.mark.django_db
def test_what_only_django_takes_is_loaded_by_django(tmp_path, monkeypatch):
    (tmp_path / "odd.json").write_text('[{"model": "shop.tag", "pk": 1, "fields": {"name": "a", "name": "b"}}]')
    call_command("loaddata", str(tmp_path / "odd.json"))
    assert Tag.objects.get().name == "b"
"""


def test_fixtures_of_tests_load_by_it(tmp_path: Path) -> None:
    suite = Suite(tmp_path)
    (tmp_path / "fixtures").mkdir()
    written(tmp_path / "fixtures" / "tags.json", [{"model": "shop.tag", "pk": 1, "fields": {"name": "red"}}])
    product = {"model": "shop.product", "pk": 1, "fields": {"name": "cup", "category": 1, "tags": [7]}}
    more = json.dumps([product, {"model": "shop.tag", "pk": 7, "fields": {"name": "blue"}}])
    (tmp_path / "fixtures" / "more.json.gz").write_bytes(gzip.compress(more.encode()))
    suite.write(fast=FAST + "FIXTURE_DIRS = ['fixtures']\n", test_fast=TESTS)
    run = suite.run(DJANGO_SETTINGS_MODULE="fast")
    assert run.returncode == 0, run.stdout
