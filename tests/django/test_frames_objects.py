"""What tests are given of shared objects is as fresh as their rows."""

from pathlib import Path

import pytest

from tests.django.suite import Suite
from tests.django.test_frames_scopes import CONFTEST

COPIES = """
import pytest
from dataclasses import dataclass
from django.test import Client
from shop.models import Category, Product

@dataclass
class World:
    product: Product
    names: list

@pytest.fixture(scope="module")
def product(of_session):
    return Product.objects.create(name="kettle", category=of_session)

@pytest.fixture(scope="class")
def world(product):
    return World(product, ["a"])

@pytest.fixture(scope="module")
def category_of(product):
    return product.category

@pytest.fixture(scope="module")
def generator(product):
    return (each for each in [product])

@pytest.fixture(scope="module")
def client_of_module(product):
    return Client()

plain = {"a": 1}

@pytest.fixture(scope="module")
def without_rows():
    return plain

def test_changes_it(product, db):
    product.name = "pot"
    product.save()
    product.category.name = "other"

@pytest.mark.parametrize("again", [1, 2])
def test_has_it_fresh(product, of_session, again, db):
    assert (product.name, product.category.name) == ("kettle", "of session")
    product.name = of_session.name = "mine"

def test_what_hangs_together_hangs_together(product, of_session, category_of, request, db):
    assert product.category is of_session is category_of
    assert request.getfixturevalue("product") is product

class TestWorld:
    def test_changes_all(self, world, product):
        assert world.product is product
        world.names.append("b")
        world.product.name = "pot"

    def test_has_all_fresh(self, world, product):
        assert world.product is product
        assert world.names == ["a"]
        assert product.name == "kettle"

def test_values_without_rows_are_as_ever(without_rows):
    assert without_rows is plain

def test_what_cannot_be_copied_is_shared(generator, client_of_module):
    assert next(generator).name == "kettle"

def test_it_was_the_same_one(generator, client_of_module):
    with pytest.raises(StopIteration):
        next(generator)
"""

MODES = """
import pytest
from shop.models import Category, Product
from statusquo.django.fixtures import objects

@pytest.fixture(scope="module")
@objects("refetch")
def fetched(of_session):
    made = Product.objects.create(name="kettle", category=of_session)
    made.note = "in memory"
    Product.objects.filter(pk=made.pk).update(name="as in the row")
    return {"one": made, "all": [made]}

@pytest.fixture(scope="module")
@objects("share")
def same(of_session):
    return Product.objects.create(name="shared", category=of_session)

def test_is_read_again(fetched, db):
    assert fetched["one"].name == "as in the row"
    assert not hasattr(fetched["one"], "note")
    assert fetched["one"] is fetched["all"][0]
    fetched["one"].name = "mine"

def test_is_read_again_without_mark(fetched):
    assert fetched["one"].name == "as in the row"

def test_changes_the_same(same, of_session, db):
    assert same.category is not of_session
    same.name = "changed"
    same.tags.count()

def test_looks_only(same):
    assert same.name == "changed"

def test_loads(same, db):
    same.category = Category.objects.get(name="tea")
"""

WATCHED = """
import pytest
from shop.models import Category

@pytest.fixture(scope="module")
def toys():
    return [Category.objects.create(name="toys")]

def test_changes(toys):
    toys[0].name = "other"
    toys.append(1)

def test_does_not(toys):
    toys[0].pk
"""


def test_each_test_has_copies_of_its_own(tmp_path: Path) -> None:
    suite = Suite(tmp_path)
    suite.write(conftest=CONFTEST, test_copies=COPIES)
    run = suite.run("-W", "error")
    assert run.returncode == 0, run.stdout


def test_a_fixture_may_have_them_read_again_or_shared(tmp_path: Path) -> None:
    suite = Suite(tmp_path)
    suite.write(conftest=CONFTEST, test_modes=MODES)
    run = suite.run("--django-order=given")
    assert "5 passed, 2 warnings" in run.stdout, run.stdout
    said = " ".join(run.stdout.split())
    assert (
        "test_modes.py::test_changes_the_same changed objects of shared fixtures in memory: same.name was 'shared' and "
        "is 'changed' (of the module fixture \"same\")." in said
    )
    assert "test_modes.py::test_loads changed objects of shared fixtures in memory: same.category_id was 3 and" in said
    assert "test_looks_only changed" not in said


@pytest.mark.parametrize(("word", "outcome"), [("warn", "2 passed, 1 warning"), ("fail", "2 passed, 1 error")])
def test_who_changes_a_copy_can_be_told(tmp_path: Path, word: str, outcome: str) -> None:
    suite = Suite(tmp_path)
    suite.write(test_watched=WATCHED)
    run = suite.run("-o", f"statusquo_mutations={word}")
    assert outcome in run.stdout, run.stdout
    said = " ".join(run.stdout.split())
    assert (
        "test_watched.py::test_changes changed objects of shared fixtures in memory: len(toys) was 1 and is 2; "
        "toys[0].name was 'toys' and is 'other'; toys[1] was nothing and is 1 (of the module fixture \"toys\")." in said
    )


def test_a_word_that_is_none_is_refused(tmp_path: Path) -> None:
    suite = Suite(tmp_path)
    suite.write(test_watched=WATCHED)
    run = suite.run("-o", "statusquo_objects=copies")
    assert "statusquo_objects = copies: it is one of copy, refetch, share." in run.stdout
