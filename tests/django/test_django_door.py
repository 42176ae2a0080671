"""When the plugin takes part in a run, and when it stays away."""

from pathlib import Path

from tests.django.suite import Suite

ADDS = """
import pytest
from shop.models import Category

@pytest.mark.django_db
def test_adds():
    Category.objects.create(name="toys")
    assert Category.objects.count() == 3

@pytest.mark.django_db
def test_finds_those_of_the_migrations():
    assert [each.name for each in Category.objects.order_by("pk")] == ["books", "tea"]
"""

ASKS = """
def pytest_sessionstart(session):
    print(session.config.pluginmanager.hasplugin("statusquo-django-restoring"))
"""

CONFIGURES = """
import settings as written
from django.conf import settings

def pytest_configure():
    settings.configure(**{name: getattr(written, name) for name in dir(written) if name.isupper()})
"""


def test_a_suite_of_pytest_django_runs(tmp_path: Path) -> None:
    suite = Suite(tmp_path)
    suite.write(test_shop=ADDS)
    run = suite.run()
    assert run.returncode == 0, run.stdout


def test_it_stays_away_when_told_to(tmp_path: Path) -> None:
    suite = Suite(tmp_path)
    suite.write(
        test_shop=ADDS,
        conftest=ASKS,
    )
    assert "True" in suite.run("-s").stdout
    assert "False" in suite.run("-s", "--no-statusquo-django").stdout


def test_a_conftest_file_may_make_the_settings(tmp_path: Path) -> None:
    suite = Suite(tmp_path)
    suite.write(test_shop=ADDS, conftest=CONFIGURES + ASKS)
    run = suite.run("-s", DJANGO_SETTINGS_MODULE="")
    assert run.returncode == 0, run.stdout
    assert "True" in run.stdout
