"""What a run of Django's tests loads: one that commits nothing no stores, one without shared fixtures no frames."""

from pathlib import Path

from tests.django.suite import Suite

SAVEPOINT = """
import sys
import pytest
from shop.models import Category

@pytest.mark.django_db
def test_adds():
    Category.objects.create(name="toys")
    assert "statusquo.wiring" not in sys.modules
    assert "statusquo.django.frames" not in sys.modules
"""


def test_a_suite_of_savepoint_tests_loads_neither_stores_nor_frames(tmp_path: Path) -> None:
    suite = Suite(tmp_path)
    suite.write(test_adds=SAVEPOINT)
    run = suite.run("-p", "no:statusquo")
    assert run.returncode == 0, run.stdout
