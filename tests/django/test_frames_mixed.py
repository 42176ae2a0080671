"""Shared fixtures beside tests that commit and classes of Django's: rebuilt where they must be, and only there."""

from pathlib import Path

import pytest

from tests.django.suite import Suite, dsn
from tests.django.test_frames_scopes import CONFTEST

COMMITTED = """
import pytest
from conftest import names
from django.db import connection
from shop.models import Category
from statusquo.django.plugin.framing import TALLY

made = []

@pytest.fixture(scope="module")
def toys():
    made.append(1)
    yield Category.objects.create(name="toys")
    assert names() == ["toys"]

def test_rolls_back(toys, db):
    assert names() == ["toys"]
    Category.objects.create(name="mine")

@pytest.mark.django_db(transaction=True)
def test_commits(toys):
    assert not connection.in_atomic_block
    assert names() == ["toys"]
    Category.objects.create(name="mine")
    toys.delete()

def test_commits_too(toys, transactional_db):
    assert not connection.in_atomic_block
    assert names() == ["toys"]
    toys.refresh_from_db()

def test_plain(toys):
    assert toys.name == "toys"

def test_rolls_back_again(toys, db):
    assert names() == ["toys"]

def test_was_made_once(toys):
    assert made == [1]
"""

GONE = """
from conftest import names

def test_it_is_gone(db):
    assert names() == []

def test_it_is_gone_when_it_commits(transactional_db):
    assert names() == []
"""

BETWEEN = """
import pytest
from conftest import names
from django.db import connection
from django.test import TestCase, TransactionTestCase
from shop.models import Category

def test_1(of_session, db):
    assert names() == ["of session"]

class TestOfDjango(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.toys = Category.objects.create(name="toys")

    def test_sees_its_own(self):
        assert names() == ["toys"]

    def test_sees_its_own_only(self):
        assert names() == ["toys"]

def test_2(of_session, db):
    assert names() == ["of session"]
    of_session.refresh_from_db()

class TestThatCommits(TransactionTestCase):
    def test_sees_nothing(self):
        assert not connection.in_atomic_block
        assert names() == []
        Category.objects.create(name="committed")

def test_3(of_session, db):
    assert names() == ["of session"]
    of_session.refresh_from_db()

@pytest.mark.usefixtures("of_session")
class TestWithFixture(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.toys = Category.objects.create(name="toys")

    def test_sees_both(self):
        assert names() == ["of session", "toys"]
        Category.objects.all().delete()

    def test_sees_both_again(self):
        assert names() == ["of session", "toys"]

def test_4(of_session, db):
    assert names() == ["of session"]
    of_session.refresh_from_db()

@pytest.mark.usefixtures("of_session")
class TestCommittingWithFixture(TransactionTestCase):
    def test_sees_it(self):
        assert not connection.in_atomic_block
        assert names() == ["of session"]

def test_5(of_session, of_module, transactional_db):
    assert names() == ["of session", "of module"]
    Category.objects.all().delete()

def test_6(of_session, of_module, db):
    assert names() == ["of session", "of module"]

def test_7(db, request):
    assert names() == []

def test_8(transactional_db, request):
    assert request.getfixturevalue("of_module").name == "of module"
    Category.objects.create(name="mine")
    assert names() == ["of module", "mine"]

def test_9(transactional_db, of_module):
    assert names() == ["of module"]

def test_a(db):
    assert names() == ["of module"]
"""

LATE = """
import pytest
from conftest import names
from django.test import TestCase
from shop.models import Category

@pytest.mark.usefixtures("of_session")
class TestLate(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.toys = Category.objects.create(name="toys")

    def test_1_has_none(self):
        assert names() == ["of session", "toys"]

    @pytest.mark.usefixtures("of_module")
    def test_2_has_one(self):
        assert names() == ["of session", "toys", "of module"]
        self.toys.delete()

    def test_3_has_none(self):
        assert names() == ["of session", "toys"]

def test_late(of_module, db):
    assert names() == ["of module"]
    of_module.refresh_from_db()
"""

EXACT = """
from conftest import names

def test_session_first(of_session, db):
    assert names() == ["of session"]

def test_does_not_see_it(db):
    assert names() == []

def test_module(of_module, db):
    assert names() == ["of module"]

def test_session_again(of_session, of_module, db):
    assert sorted(names()) == ["of module", "of session"]
"""

IN_THE_MIDDLE = """
import pytest
from conftest import names
from shop.models import Category

two = {"databases": ["default", "other"]}

@pytest.fixture(scope="module")
def both():
    Category.objects.using("other").create(name="there")
    yield Category.objects.create(name="here")
    assert Category.objects.using("other").filter(name="there").exists()

@pytest.fixture
def writes(request, transactional_db):
    Category.objects.create(name="mine")
    return request.getfixturevalue("both")

@pytest.mark.django_db(**two)
def test_1_late(request):
    Category.objects.create(name="mine")
    request.getfixturevalue("both")
    assert names() == ["mine", "here"] and names("other") == ["there"]

@pytest.mark.django_db
def test_2_may_not_use_the_other(request):
    Category.objects.create(name="mine")
    with pytest.raises(AssertionError, match="not allowed in this test"):
        request.getfixturevalue("both")
    assert names() == ["mine"]

@pytest.mark.django_db(**two)
def test_3_nothing_is_left():
    assert names() == [] and names("other") == []

@pytest.mark.django_db(transaction=True, **two)
def test_4_had_committed_before(writes):
    assert names() == ["mine", "here"]

@pytest.mark.django_db(**two)
def test_5_nothing_is_left():
    assert names() == [] and names("other") == []

@pytest.mark.django_db(transaction=True, **two)
def test_6_commits(both):
    assert names() == ["here"] and names("other") == ["there"]

@pytest.mark.django_db(**two)
def test_7_rolls_back(both):
    assert names() == ["here"] and names("other") == ["there"]
"""

ALL = {
    "test_a_committed": COMMITTED,
    "test_b_gone": GONE,
    "test_c_between": BETWEEN,
    "test_d_exact": EXACT,
    "test_d_late": LATE,
    "test_e_gone": GONE,
    "test_f_in_the_middle": IN_THE_MIDDLE,
    "test_g_gone": GONE,
}


@pytest.fixture(params=["sqlite", "postgres"])
def suite(request: pytest.FixtureRequest, tmp_path: Path) -> Suite:
    if request.param == "sqlite":
        return Suite(tmp_path)
    return Suite(tmp_path, dsn(request.getfixturevalue("postgres_server").admin))


def test_tests_that_commit_use_them_too(suite: Suite) -> None:
    suite.write(conftest=CONFTEST, **ALL)
    run = suite.run("--django-order=given")
    assert run.returncode == 0, run.stdout
