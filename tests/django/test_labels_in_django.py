"""Rows with labels in a project of Django's: loaded, dumped again, and as stock ``loaddata`` reads them."""

from __future__ import annotations

import json
import shutil

import pytest

from statusquo.cli import main
from tests.django import goods

pytestmark = pytest.mark.integration

ITEM = {"name": "x", "price": "1.00", "grade": "b", "added": "2026-01-05T10:00:00Z", "changed": "2026-01-05T10:00:00Z"}
ROWS = [
    {"model": "goods.bin", "label": "shelf", "fields": {"code": "shelf", "inside": "@hall", "near": []}},
    {"model": "goods.bin", "label": "hall", "fields": {"code": "hall", "inside": None, "near": []}},
    {"model": "goods.item", "label": "lamp", "fields": {**ITEM, "bin": "@shelf", "readers": [], "facts": {}}},
]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[goods.Done]:
    """What is told while rows that an author wrote go into a database, out of it, and in again by stock loaddata."""
    folder = tmp_path_factory.mktemp("labels")
    database, data = str(folder / "goods.sqlite3"), folder / "data.json"
    found = [*goods.commands(("migrate", "-v0"), ("statusquo", "dump", str(data)), database=database)]
    data.write_text(json.dumps(ROWS))
    assert main.main(["-q", "lint", str(data), "--fix"]) in {0, 1}
    found += goods.commands(
        ("statusquo", "load", str(data)),
        ("statusquo", "dump", str(data)),
        ("statusquo", "dump", str(data), "--check"),
        database=database,
    )
    bare, plain = folder / "bare.json", folder / "plain.json"
    shutil.copy(data, bare)
    assert main.main(["-q", "convert", str(data), str(plain), "--plain"]) == 0
    found += goods.commands(
        ("statusquo", "load", str(bare), "--mode", "check"),
        ("flush", "--no-input", "-v0"),
        ("loaddata", str(plain)),
        ("statusquo", "dump", str(data), "--check"),
        database=database,
    )
    return [*found, goods.Done(0, data.read_text(), plain.read_text())]


def test_rows_that_an_author_wrote_are_loaded(told: list[goods.Done]) -> None:
    assert (told[2].code, told[2].out) == (0, "goods.bin: +2\ngoods.item: +1\n")


def test_a_dump_keeps_their_labels(told: list[goods.Done]) -> None:
    assert told[3].code == 0
    assert (told[4].code, told[4].out) == (0, "")
    assert '"inside": "@hall"' in told[-1].out
    assert '"label": "lamp"' in told[-1].out


def test_a_file_without_a_lock_means_the_same_rows(told: list[goods.Done]) -> None:
    assert (told[5].code, told[5].out) == (0, "")


def test_stock_loaddata_reads_the_plain_form_as_the_same_rows(told: list[goods.Done]) -> None:
    plain = told[-1].err
    assert "@" not in plain
    assert '"label"' not in plain
    assert (told[7].code, told[7].out) == (0, "Installed 3 object(s) from 1 fixture(s)\n")
    assert (told[8].code, told[8].out) == (0, "")
