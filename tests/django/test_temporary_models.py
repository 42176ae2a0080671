"""Nothing stays of the models that a fixture defines; that they work while it lasts is held by scenario P."""

from pathlib import Path

from tests.django.suite import Suite

APP = """
from django.contrib.auth.models import User
from django.db import models

class Letter(models.Model):
    sender = models.ForeignKey(User, models.CASCADE)
"""

TESTS = """
import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.db.models.signals import post_init, post_save
from django.test import modify_settings
from shop.models import Category
from statusquo.django.fixtures import temporary_models

def state():
    return (
        {label: dict(known) for label, known in apps.all_models.items() if label != "notes"},
        {model: dict(vars(model)) for model in (User, Category)},
        {key: list(waiting) for key, waiting in apps._pending_operations.items()},
        [len(signal.receivers) for signal in (post_init, post_save)],
        [list(model._meta.related_fkey_lookups) for model in (User, Category)],
        connection.introspection.table_names(),
    )

@pytest.fixture
@temporary_models()
def picture(db):
    class Picture(Category):
        of = models.ForeignKey(User, models.CASCADE, limit_choices_to={"is_staff": True}, related_name="groups")
        title = models.CharField(max_length=9, default="%")
        seen_by = models.ManyToManyField("self")
        class Meta:
            app_label = "shop"
            constraints = [models.CheckConstraint(condition=~models.Q(title="50%"), name="some_height")]
    post_save.connect(lambda **_: 1 / 0, sender=Picture, weak=False)
    yield Picture

@pytest.fixture
@temporary_models()
def fails():
    class Picture(models.Model):
        nothing = models.ForeignKey("shop.Nothing", models.CASCADE)
        class Meta:
            app_label = "shop"
    raise RuntimeError

@pytest.fixture
@temporary_models()
def taken(db):
    class Picture(models.Model):
        class Meta:
            app_label = "shop"
            db_table = "auth_user"

@pytest.fixture
@temporary_models()
def empty(db):
    pass

@pytest.fixture(scope="module")
@temporary_models("default", "other")
def letter():
    with modify_settings(INSTALLED_APPS={"append": "notes"}):
        from notes.models import Letter
        yield Letter

BEFORE = []

def test_0(db):
    BEFORE.append(state())

def test_1_everywhere(picture):
    assert [then != now for then, now in zip(BEFORE[0], state())] == [True, True, False, True, True, True]
    assert ContentType.objects.get_for_model(picture)
    assert Category.objects.filter(picture=None).count() == 2

def test_2_fails(fails):
    pass

def test_3_taken(taken):
    pass

def test_4_empty(empty):
    pass

def test_5(db):
    assert state() == BEFORE[0]

@pytest.mark.django_db(databases=["default", "other"])
@pytest.mark.parametrize("database", ["default", "other"])
def test_6_of_an_app(letter, database):
    sender = User.objects.using(database).create(username="ann")
    letter.objects.using(database).create(sender=sender)
    sender.delete()
    assert not letter.objects.using(database).exists()

@pytest.mark.django_db(transaction=True)
def test_7_again(letter):
    letter.objects.create(sender=User.objects.create(username="ann"))
"""

ELSEWHERE = """
import pytest
from django.apps import apps
from django.contrib.auth.models import User
from test_models import BEFORE, letter, state

def test_1(db):
    assert state()[2:] == BEFORE[0][2:]
    assert not apps.is_installed("notes")
    User.objects.create(username="ann").delete()

@pytest.mark.django_db
def test_2_again_in_another_module(letter):
    letter.objects.create(sender=User.objects.create(username="ann"))
"""


def test_nothing_of_them_stays(database: str, tmp_path: Path) -> None:
    suite = Suite(tmp_path, database)
    (tmp_path / "notes").mkdir()
    suite.write(**{"notes/__init__": "", "notes/models": APP, "test_models": TESTS, "test_users": ELSEWHERE})
    run = suite.run("--django-order=given", "--tb=short", "-W", "error")
    assert "8 passed, 3 errors" in run.stdout, run.stdout
    assert "test_2_fails - RuntimeError" in run.stdout
    said = " ".join(run.stdout.split())
    assert (
        'StatusquoError: The temporary model shop.Picture has no table: "auth_user" is there already, on the alias '
        '"default". Give it another name, or another Meta.db_table.'
    ) in said
    assert (
        'StatusquoError: The fixture "empty" has defined no model. A module is imported once, and its models stay from '
        "then on. Have the class statements in the fixture itself."
    ) in said
