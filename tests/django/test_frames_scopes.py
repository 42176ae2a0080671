"""A shared fixture that touches the database is rolled back with its scope, with nothing to declare."""

from pathlib import Path

import pytest

from tests.django.suite import Suite, dsn

ROWS = """
import pytest
from shop.models import Category

@pytest.fixture(scope="module")
def toys():
    return Category.objects.create(name="toys")

def test_its_row_is_there(toys, db):
    assert Category.objects.get(name="toys") == toys

def test_it_is_there_for_the_next_one(toys, db):
    assert Category.objects.count() == 3
"""

NO_ROWS = """
import pytest
from shop.models import Category

def test_it_is_gone(db):
    assert Category.objects.count() == 2
"""


@pytest.fixture(params=["sqlite", "postgres"])
def suite(request: pytest.FixtureRequest, tmp_path: Path) -> Suite:
    if request.param == "sqlite":
        return Suite(tmp_path)
    return Suite(tmp_path, dsn(request.getfixturevalue("postgres_server").admin))


def test_the_rows_of_a_module_fixture_go_with_the_module(suite: Suite) -> None:
    suite.write(test_a=ROWS, test_b=NO_ROWS)
    run = suite.run()
    assert "3 passed" in run.stdout, run.stdout
