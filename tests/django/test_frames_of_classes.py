"""Fixtures beside Django's test classes: unittest begins each test after its fixtures, and ends it before them."""

from pathlib import Path

import pytest

from tests.django.suite import Suite
from tests.django.test_frames_scopes import CONFTEST

pytestmark = pytest.mark.integration

OWN = """
import pytest
from conftest import names
from django.test import TestCase, TransactionTestCase
from shop.models import Category, Product

@pytest.fixture
def toys():
    yield Category.objects.create(name="toys")
    assert "toys" in names()

@pytest.fixture
def late(request):
    Category.objects.create(name="before")
    request.getfixturevalue("toys")
    request.getfixturevalue("of_class")

@pytest.fixture
def fails():
    Category.objects.create(name="half")
    raise RuntimeError

@pytest.fixture
def dangles():
    Product.objects.create(name="train", category_id=77)

@pytest.fixture(scope="class")
def lasts():
    yield Category.objects.create(name="lasts")
    assert "lasts" in names()

class TestFixturesOfOneTest(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.sweets = Category.objects.create(name="sweets")

    @pytest.fixture(autouse=True)
    def ask(self, request):
        self.ask = request.getfixturevalue

    def test_1(self):
        assert names() == ["sweets"]

    @pytest.mark.usefixtures("toys")
    def test_2_sees_its_own(self):
        assert names() == ["sweets", "toys"]
        Category.objects.all().delete()

    def test_3_sees_nothing_of_it(self):
        assert names() == ["sweets"]

    @pytest.mark.usefixtures("late")
    def test_4(self):
        assert names() == ["sweets", "before", "toys", "of class"]

    def test_5(self):
        assert names() == ["sweets"]

    @pytest.mark.usefixtures("fails")
    def test_6_errors(self):
        pass

    @pytest.mark.usefixtures("dangles")
    def test_7_mends_what_the_fixture_has_left(self):
        Category.objects.create(pk=77, name="mended")

    def test_8(self):
        assert names() == ["sweets"]
        assert not Product.objects.exists()

    def test_9_the_teardown_of_what_it_asks_for_finds_the_rows(self):
        self.ask("lasts")
        self.ask("toys")
        assert names() == ["sweets", "lasts", "toys"]

class TestAutomatic(TestCase):
    @pytest.fixture(autouse=True)
    def made(self):
        self.made = Category.objects.create(name="automatic")

    def test_1(self):
        assert names() == ["automatic"]
        self.made.delete()

    def test_2(self):
        assert names() == ["automatic"]
        self.made.refresh_from_db()

class TestThatCommits(TransactionTestCase):
    @pytest.fixture(autouse=True)
    def left(self):
        yield Category.objects.create(name="early")
        Category.objects.create(name="left")  # Django has put back the test by now

    def test_1(self):
        assert names() == ["early"]

    def test_2(self):
        assert names() == ["early"]

class TestFailing(TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Category.objects.create(name="half")
        raise RuntimeError

    def test_errors(self):
        pass

@pytest.fixture(scope="module")
def each(request):
    yield Category.objects.create(name=request.param)
    assert names()[-1] == request.param

@pytest.mark.django_db
@pytest.mark.parametrize("each", ["one", "two"], indirect=True, scope="function")
def test_a_parameter_for_one_test(each):
    assert names() == [each.name]

def test_nothing_is_left(db):
    assert names() == []
"""

EXACT = """
import pytest
from conftest import names
from django.test import TestCase

done = []

@pytest.fixture(scope="session")
def toys(of_session):
    from shop.models import Category
    yield Category.objects.create(name="toys")
    assert names() == ["of session", "toys"]

class TestExact(TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        done.append("up")

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        done.append("down")

    @pytest.mark.usefixtures("toys")
    def test_1(self):
        assert names() == ["of session", "toys"]

    @pytest.mark.usefixtures("toys")
    def test_2(self):
        assert names() == ["of session", "toys"]
        assert done == ["up"]

    @pytest.mark.usefixtures("of_session")
    def test_3_does_not_see_toys(self):
        assert names() == ["of session"]
        assert done == ["up", "down", "up"]

    def test_4_sees_none(self):
        assert names() == []

    @pytest.mark.usefixtures("toys")
    def test_5(self):
        assert names() == ["of session", "toys"]
        assert done == ["up", "down", "up", "down", "up"]
"""

DYNAMIC = """
import pytest
from conftest import names
from shop.models import Category

@pytest.fixture(scope="session")
def sweets(request):
    made = request.getfixturevalue("of_session")
    yield Category.objects.create(name="sweets")
    made.refresh_from_db()

@pytest.mark.django_db
def test_1(of_session, sweets):
    assert names() == ["of session", "sweets"]

@pytest.mark.django_db
def test_2(sweets):
    assert names() == ["of session", "sweets"]

@pytest.mark.django_db
def test_3():
    assert names() == []
"""


def test_a_test_of_django_s_classes_sees_what_it_asks_for(database: str, tmp_path: Path) -> None:
    suite = Suite(tmp_path, database)
    suite.write(conftest=CONFTEST, test_own=OWN, test_exact=EXACT, test_dynamic=DYNAMIC)
    run = suite.run("--django-order=given", "-rA", "--db-report")
    assert "23 passed, 2 errors" in run.stdout, run.stdout
    assert "ERROR test_own.py::TestFixturesOfOneTest::test_6_errors - RuntimeError" in run.stdout
    told = '2 × unwound: the class TestExact: it stood on the rows of one that ended (session fixture "toys", session'
    assert told in run.stdout, run.stdout


def test_a_class_alone_has_its_frames(tmp_path: Path) -> None:
    suite = Suite(tmp_path)
    suite.write(conftest="", test_own=OWN.replace("from conftest import names", CONFTEST.partition("@")[0]))
    run = suite.run("-k", "TestAutomatic")
    assert "2 passed" in run.stdout, run.stdout
