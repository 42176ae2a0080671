"""A test may ask while it runs for what lets it commit: it commits then, or is told why it cannot."""

from pathlib import Path

import pytest

from tests.django.suite import Suite
from tests.django.test_frames_scopes import CONFTEST

pytestmark = pytest.mark.integration

TESTS = """
import pytest
from conftest import names
from django.db import connection
from shop.models import Category

@pytest.fixture
def commits(request):
    return request.getfixturevalue("transactional_db")

def test_0(request):
    request.getfixturevalue("transactional_db")
    assert not connection.in_atomic_block
    Category.objects.create(name="committed")

def test_1(of_module, db):
    assert names() == ["of module"]

def test_2(request):
    request.getfixturevalue("transactional_db")
    assert not connection.in_atomic_block
    assert names() == []
    request.getfixturevalue("of_module")
    assert names() == ["of module"]
    Category.objects.create(name="committed")

def test_3(commits):
    assert not connection.in_atomic_block
    assert names() == []
    Category.objects.create(name="committed")

@pytest.mark.parametrize("time", [1, 2])
def test_4(request, time):
    request.getfixturevalue("django_db_reset_sequences")
    assert not connection.in_atomic_block
    assert Category.objects.create(name="committed").pk == 3

def test_5_may_not(of_module, request):
    request.getfixturevalue("transactional_db")

def test_6(of_module, db):
    assert names() == ["of module"]

def test_7_goes_on(db, request):
    request.getfixturevalue("transactional_db")
    assert connection.in_atomic_block
    Category.objects.create(name="rolled back")

def test_8(transactional_db):
    assert names() == []
"""


def test_it_commits_if_it_can(database: str, tmp_path: Path) -> None:
    suite = Suite(tmp_path, database)
    suite.write(conftest=CONFTEST, test_late=TESTS)
    run = suite.run("--django-order=given", "--tb=short")
    assert "1 failed, 9 passed, 1 warning" in run.stdout, run.stdout
    assert (
        'test_late.py::test_5_may_not asked for "transactional_db" while it ran. It was given the module fixture '
        '"of_module" already, whose rows are in a transaction. Name it in the signature, or mark the test with '
        "django_db(transaction=True)."
    ) in run.stdout
    assert (
        'StillRolledBack: test_late.py::test_7_goes_on asked for "transactional_db" when its transaction had begun, so '
        "it is rolled back."
    ) in run.stdout
