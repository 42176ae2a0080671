"""``pytest --trace-rows``: the rows that Django's tests load, and no others."""

from pathlib import Path

import pytest

from statusquo.assets import trace
from tests.django.suite import Suite

pytestmark = pytest.mark.integration

TESTS = """
import pytest
from django.core import serializers
from shop.models import Category, Product, Tag

pytestmark = pytest.mark.django_db

@pytest.fixture
def data():
    rows = [{"model": "shop.tag", "pk": pk, "fields": {"name": str(pk)}} for pk in (7, 8, 9)]
    for row in serializers.deserialize("python", rows):
        row.save()

def test_reads(data):
    assert Tag.objects.get(pk=8).name == "8"
    assert Tag.objects.filter(pk=9).exists()
    assert Tag(pk=7).name == ""

def test_reads_with_what_it_refers_to():
    made = Product.objects.create(name="x", category_id=1, pk=5)
    assert Product.objects.select_related("category").get().category.pk == 1

def test_defers(data):
    assert Tag.objects.only("name").get(pk=8).pk == 8
    assert list(Tag.objects.values_list("pk")) == [(7,), (8,), (9,)]
"""


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_rows_that_are_loaded_are_noted(tmp_path: Path, workers: tuple[str, ...]) -> None:
    suite = Suite(tmp_path)
    suite.write(test_shop=TESTS)
    (tmp_path / "rows.jsonl").write_text("what an earlier run has left\n")
    run = suite.run("--trace-rows", "rows.jsonl", *workers)
    assert run.returncode == 0, run.stdout
    found = trace.read(tmp_path / "rows.jsonl").rows
    assert {each for each in found if each[0] in {"shop.tag", "shop.product"}} == {
        ("shop.tag", "8"),
        ("shop.product", "5"),
    }
    assert ("shop.category", "1") in found
