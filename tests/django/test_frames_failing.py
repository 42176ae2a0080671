"""What goes wrong with shared fixtures stays where it is, and is told with its fixture, its alias and its cure."""

from pathlib import Path

import pytest

from statusquo.core.endpoint import Endpoint
from tests.django.suite import Suite, dsn
from tests.django.test_frames_scopes import CONFTEST, GONE

FAILING = """
import pytest
from conftest import names
from django.db import connection
from shop.models import Category, Product

@pytest.fixture(scope="module")
def failing(of_session):
    Category.objects.create(name="half")
    Category.objects.create(name="half")

@pytest.fixture(scope="module")
def failing_later():
    yield Category.objects.create(name="whole")
    Category.objects.create(name="whole")

@pytest.fixture(scope="module")
def dangling():
    Product.objects.create(name="kettle", category_id=999)

def test_1_errors(failing, db):
    pass

def test_2_errors(failing, db):
    pass

def test_3_goes_on(of_session, db):
    assert names() == ["of session"]
    of_session.refresh_from_db()

def test_4_dangles(dangling):
    pass

def test_5_still_dangles(dangling):
    pass

def test_6_goes_on(of_session, db):
    assert Product.objects.count() == 0

def test_7_will_fail(failing_later, db):
    assert names() == ["whole"]
"""

UNWOUND = """
import pytest
from conftest import names
from shop.models import Category

@pytest.fixture(scope="session")
def bad_at_its_end():
    yield Category.objects.create(name="bad")
    raise RuntimeError("bad end")

def test_1(bad_at_its_end, db):
    pass

def test_2_is_told_and_passes(db):
    assert names() == []

def test_3(db):
    assert names() == []
"""

LOST = """
import pytest
from conftest import names
from django.db import connection

made = []

@pytest.fixture(scope="module")
def rows(of_session):
    made.append(1)
    yield of_session
    of_session.refresh_from_db()

def test_1_closes(rows, db):
    connection.close()

def test_2_is_there(rows, db):
    assert names() == ["of session"]
    rows.refresh_from_db()
    assert made == [1, 1]

def test_3_rolls_back(rows, db):
    connection.cursor().execute("ROLLBACK")

def test_4_is_there(rows, db):
    assert names() == ["of session"]
    assert made == [1, 1, 1]

def test_5_commits(rows, db):
    connection.cursor().execute("COMMIT")
"""

DDL = """
import pytest
from conftest import names
from django.db import connection
from shop.models import Category

@pytest.fixture(scope="module")
def toys(of_session):
    yield Category.objects.create(name="toys")
    assert names() == ["of session", "toys"]

@pytest.mark.django_db(transaction=True)
def test_1_defines(toys):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE mine (id integer, category_id integer REFERENCES shop_category (id))")
        cursor.execute("INSERT INTO mine VALUES (1, 1)")
        cursor.execute("DROP TABLE mine")
    Category.objects.create(name="mine")

@pytest.mark.django_db(transaction=True)
def test_2_finds_the_rows(toys):
    assert names() == ["of session", "toys"]
    Category.objects.create(name="mine")

def test_3_too(toys, db):
    assert names() == ["of session", "toys"]
    toys.refresh_from_db()
"""


@pytest.fixture(params=["sqlite", "postgres"])
def suite(request: pytest.FixtureRequest, tmp_path: Path) -> Suite:
    if request.param == "sqlite":
        return Suite(tmp_path)
    return Suite(tmp_path, dsn(request.getfixturevalue("postgres_server").admin))


def test_a_fixture_that_fails_leaves_nothing(suite: Suite) -> None:
    suite.write(conftest=CONFTEST, test_a=FAILING, test_b=GONE, test_c=UNWOUND, test_d=GONE)
    run = suite.run("--django-order=given", "-rA", "--tb=short")
    assert "8 passed, 6 errors" in run.stdout, run.stdout
    for error in (
        "ERROR test_a.py::test_1_errors - django.db.utils.IntegrityError",
        "ERROR test_a.py::test_2_errors - django.db.utils.IntegrityError",
        "ERROR test_a.py::test_4_dangles - django.db.utils.IntegrityError",
        "ERROR test_a.py::test_5_still_dangles - django.db.utils.IntegrityError",
        "ERROR test_a.py::test_7_will_fail - django.db.utils.IntegrityError",
        "ERROR test_c.py::test_2_is_told_and_passes - RuntimeError: bad end",
    ):
        assert error in run.stdout, run.stdout
    said = " ".join(run.stdout.split())
    assert 'This was found in the rows of the module fixture "dangling", when it had been set up.' in said
    assert (
        'This is the teardown of the session fixture "bad_at_its_end", finished early because of '
        "test_c.py::test_2_is_told_and_passes: the next test does not ask for it, and must not see its rows." in said
    )


def test_a_lost_transaction_is_told_and_made_up_for(tmp_path: Path, postgres_server: Endpoint) -> None:
    assert postgres_server.admin
    suite = Suite(tmp_path, dsn(postgres_server.admin))
    suite.write(conftest=CONFTEST, test_a=LOST)
    run = suite.run("--django-order=given")
    assert "5 passed, 3 warnings" in run.stdout, run.stdout
    said = " ".join(run.stdout.split())
    assert (
        "test_a.py::test_1_closes ended the transaction on the alias 'default' that the rows of shared fixtures were "
        'in (session fixture "of_session"): the connection was closed or replaced. They are set up anew for the next '
        "test that asks for them. A test that commits or closes connections on purpose needs "
        "django_db(transaction=True)."
    ) in said
    assert "test_a.py::test_3_rolls_back ended the transaction" in said
    assert (
        "it was committed or rolled back by hand, or by a statement that commits by itself. They are set up anew for "
        "the next test that asks for them. What was committed stays in the test database: run with --create-db if "
        "later tests find it there." in said
    )


def test_ddl_above_committed_rows_is_told_and_made_up_for(tmp_path: Path, superuser_dsn: str) -> None:
    suite = Suite(tmp_path, superuser_dsn)
    suite.write(conftest=CONFTEST, test_a=DDL, test_b=GONE)
    run = suite.run("--django-order=given")
    assert "4 passed, 1 warning" in run.stdout, run.stdout
    assert (
        "DataDefined: test_a.py::test_1_defines has used DDL while committed rows of shared fixtures were there "
        '(session fixture "of_session", module fixture "toys"): a journal of rows does not undo that. All rows of the '
        "database were put back to those of the migrations, and the fixtures are set up anew for the next test that "
        "asks for them. Have such tests and fixtures in different modules, and nothing is made twice."
    ) in " ".join(run.stdout.split())
