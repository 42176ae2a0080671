"""A shared fixture that touches the database is rolled back with its scope, with nothing to declare."""

from pathlib import Path

import pytest

from statusquo.core.endpoint import Endpoint
from tests.django.suite import Suite, dsn

CONFTEST = """
import pytest
from shop.models import Category, Tag

def names(alias="default"):
    return [each.name for each in Category.objects.using(alias).order_by("pk")][2:]

@pytest.fixture(scope="session")
def of_session():
    return Category.objects.create(name="of session")

@pytest.fixture(scope="module")
def of_module():
    return Category.objects.create(name="of module")

@pytest.fixture(scope="class")
def of_class():
    return Category.objects.create(name="of class")
"""

MODULE = """
from conftest import names

def test_its_row_is_there(of_module, db):
    assert names() == [of_module.name]

def test_it_is_there_for_the_next_one(of_module, db):
    assert names() == ["of module"]

def test_it_is_there_for_one_that_does_not_ask(db):
    assert names() == ["of module"]
"""

GONE = """
from conftest import names

def test_it_is_gone(db):
    assert names() == []
"""

YIELD = """
import pytest
from conftest import names
from shop.models import Category

told = []

@pytest.fixture(scope="class")
def toys():
    made = Category.objects.create(name="toys")
    yield made
    told.append(names())
    made.delete()
    told.append(names())

class TestA:
    def test_it_is_there(self, toys, db):
        assert names() == ["toys"]
        Category.objects.create(name="of the test")

    def test_what_the_other_made_is_gone(self, toys, db):
        assert names() == ["toys"]

def test_its_teardown_had_the_database(db):
    assert told == [["toys"], []]
    assert names() == []
"""

LATE = """
import pytest
from conftest import names

made = []

@pytest.fixture(scope="class")
def narrow(of_class):
    made.append("narrow")
    return of_class

class TestA:
    def test_first_the_narrow_one(self, narrow, db):
        assert names() == ["of class"]

    def test_then_the_wide_one(self, of_module, db):
        assert names() == ["of module"]

    def test_then_both(self, narrow, of_module, db):
        assert sorted(names()) == ["of class", "of module"]
        narrow.refresh_from_db()
        of_module.refresh_from_db()

def test_the_wide_one_is_there(of_module, db):
    assert names() == ["of module"]
    of_module.refresh_from_db()
    assert made == ["narrow", "narrow"]
"""

PARAMETERS = """
import pytest
from conftest import names
from shop.models import Category

@pytest.fixture(scope="module", params=["red", "blue"])
def colour(request):
    return Category.objects.create(name=request.param)

@pytest.fixture(scope="module")
def shade(colour):
    return Category.objects.create(name=f"dark {colour.name}")

def test_one(colour, db):
    assert names()[0] == colour.name

def test_two(shade, colour, db):
    assert names() == [colour.name, shade.name]

class TestLate:
    def test_wide(self, colour, of_session, db):
        assert {"of session", colour.name} <= {*names()}
        of_session.refresh_from_db()
        colour.refresh_from_db()
"""

AUTOUSE = """
import pytest
from conftest import names

@pytest.fixture(scope="module", autouse=True)
def always(of_module):
    of_module.name = "always"
    of_module.save()

def test_it_is_there(db):
    assert names() == ["always"]

def test_without_database():
    pass
"""

DYNAMIC = """
from conftest import names

def test_asks_for_it_after_it_wrote(request, db):
    from shop.models import Category
    Category.objects.create(name="mine")
    assert request.getfixturevalue("of_module").name == "of module"
    assert names() == ["mine", "of module"]

def test_has_it_anew(request, of_module, db):
    assert names() == ["of module"]
    of_module.refresh_from_db()

def test_asks_for_it_early(request):
    assert request.getfixturevalue("of_session").pk
"""

TWO = """
import pytest
from conftest import names
from shop.models import Category

@pytest.fixture(scope="module")
def both(of_module):
    Category.objects.using("other").create(name="there")
    return of_module

@pytest.fixture(scope="session")
def other():
    Category.objects.using("other").create(name="session there")

def test_default(both, db):
    assert names() == ["of module"]

@pytest.mark.django_db(databases=["other"])
def test_other(both):
    assert names("other") == ["there"]

@pytest.mark.django_db(databases=["default", "other"])
def test_wider_one_of_the_other(other, both):
    assert sorted(names("other")) == ["session there", "there"]
"""

ALIAS_OF_NOBODY = """
import pytest
from shop.models import Category

@pytest.fixture(scope="module")
def there():
    return Category.objects.using("other").create(name="there")

def test_nobody_named_the_alias(there):
    assert there.pk == 3
"""

DURABLE = """
import pytest
from django.db import IntegrityError, connection, transaction
from shop.models import Category
from conftest import names

called = []

@pytest.fixture(scope="module")
def durable():
    with transaction.atomic(durable=True):
        made = Category.objects.create(name="durable")
        transaction.on_commit(lambda: called.append(1))
    return made

@pytest.fixture(scope="module")
def open_block():
    with transaction.atomic():
        yield Category.objects.create(name="in a block")
        transaction.set_rollback(True)

@pytest.fixture(scope="module")
def above(open_block):
    return Category.objects.create(name="above")

def test_it_is_there(durable, db):
    assert names() == ["durable"]
    assert connection.run_on_commit == [] and not called

def test_a_block_is_left_open(open_block, above, db):
    assert names() == ["durable", "in a block", "above"]
    with transaction.atomic(durable=True):
        Category.objects.create(name="too")

def test_still(above, db):
    assert names() == ["durable", "in a block", "above"]
"""

RECIPE = """
import pytest
from conftest import names
from shop.models import Category

@pytest.fixture(scope="module")
def data(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        made = Category.objects.create(name="data")
        with django_db_blocker.block(), pytest.raises(RuntimeError):
            Category.objects.count()
        yield made
    with django_db_blocker.unblock():
        assert names() == ["data"]

def test_has_it(data, db):
    assert names() == ["data"]
"""

NO_DATABASE = """
import pytest
from shop.models import Category
from statusquo.django.plugin.framing import TALLY

@pytest.fixture(scope="module")
def plain():
    yield 1

def test_a_test_is_kept_away_as_ever(plain):
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        Category.objects.count()

def test_no_frame_is_open(plain, request, db):
    from django.db import connection
    assert len(connection.atomic_blocks) == 1
"""

INSIDE = """
import pytest
from conftest import names
from shop.models import Category

class TestA:
    @pytest.fixture(scope="class")
    @classmethod
    def host(cls, request):
        Category.objects.create(name="host")
        guest = request.getfixturevalue("of_module")
        Category.objects.create(name="host again")
        return guest

    def test_has_both(self, host, db):
        assert names() == ["host", "of module", "host again"]

    def test_has_the_guest(self, of_module, db):
        of_module.refresh_from_db()

def test_the_guest_went_with_it(db):
    assert names() == []

def test_the_guest_is_made_anew(of_module, db):
    assert names() == ["of module"]
    of_module.refresh_from_db()
"""

ALL = {
    "test_a_module": MODULE,
    "test_b_gone": GONE,
    "test_c_yield": YIELD,
    "test_d_late": LATE,
    "test_e_parameters": PARAMETERS,
    "test_f_gone": GONE,
    "test_g_autouse": AUTOUSE,
    "test_h_dynamic": DYNAMIC,
    "test_i_two": TWO,
    "test_j_gone": GONE,
    "test_k_durable": DURABLE,
    "test_l_recipe": RECIPE,
    "test_m_no_database": NO_DATABASE,
    "test_n_inside": INSIDE,
    "test_z_gone": GONE,
}


@pytest.fixture(params=["sqlite", "postgres"])
def suite(request: pytest.FixtureRequest, tmp_path: Path) -> Suite:
    if request.param == "sqlite":
        return Suite(tmp_path)
    return Suite(tmp_path, dsn(request.getfixturevalue("postgres_server").admin))


def test_rows_of_a_fixture_live_as_long_as_its_value(suite: Suite) -> None:
    suite.write(conftest=CONFTEST, **ALL)
    run = suite.run("--django-order=given")
    assert run.returncode == 0, run.stdout
    assert run.stdout.count("skipped") == 0


ALONE = """
def test_nobody_shares_anything(request, db):
    assert not request.config.pluginmanager.hasplugin("statusquo-django-framing")
"""


def test_a_run_without_shared_fixtures_is_left_alone(tmp_path: Path) -> None:
    suite = Suite(tmp_path)
    suite.write(test_alone=ALONE, test_nobody_named_it=ALIAS_OF_NOBODY)
    assert "1 passed" in suite.run("test_alone.py").stdout
    run = suite.run("test_nobody_named_it.py")
    assert "1 passed" in run.stdout, run.stdout


OF_PACKAGE = """
import pytest
from shop.models import Category

made = []

@pytest.fixture(scope="package")
def of_package():
    made.append(1)
    return Category.objects.create(name="of package")
"""

IN_PACKAGE = """
from conftest import names

def test_1(of_package, db):
    assert names() == ["of package"]

def test_2(of_package, db):
    assert names() == ["of package"]
"""

LAST_IN_PACKAGE = """
from conftest import names

def test_it_was_made_once(of_package, db):
    from shelf.conftest import made
    assert made == [1]

def test_who_does_not_ask_does_not_see_it(db):
    assert names() == []
"""

INTERRUPTED = """
import pytest
from shop.models import Category

@pytest.fixture(scope="module")
def rows():
    Category.objects.create(name="rows")
    raise KeyboardInterrupt

def test_is_interrupted(rows):
    pass
"""


def test_the_rows_of_a_package_go_with_it(tmp_path: Path) -> None:
    suite, package = Suite(tmp_path), Suite(tmp_path / "shelf")
    package.folder.mkdir()
    suite.write(conftest=CONFTEST, test_z=GONE)
    package.write(__init__="", conftest=OF_PACKAGE, test_a=IN_PACKAGE, test_b=LAST_IN_PACKAGE)
    run = suite.run("--django-order=given", "--setup-show", "shelf", "test_z.py")
    assert "5 passed" in run.stdout, run.stdout
    assert run.stdout.count("SETUP    P of_package") == 1


def test_an_interrupt_leaves_the_database_to_be_removed(tmp_path: Path, postgres_server: Endpoint) -> None:
    assert postgres_server.admin
    suite = Suite(tmp_path, dsn(postgres_server.admin))
    suite.write(test_interrupted=INTERRUPTED)
    runs = [suite.run("-W", "error") for _ in range(2)]
    assert [run.returncode for run in runs] == [pytest.ExitCode.INTERRUPTED] * 2
    assert not [run.stdout for run in runs if "rror when trying to teardown" in run.stdout]
