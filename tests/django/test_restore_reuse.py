"""Test databases that are used again after a run that was killed in the middle of a test."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from tests.django.suite import Suite

pytestmark = pytest.mark.integration

TESTS = """
import os
import pytest
from shop.models import Category, Rate

@pytest.mark.django_db(transaction=True)
def test_is_killed():
    assert sorted(Category.objects.values_list("pk", "name")) == [(1, "books"), (2, "tea")]
    Category.objects.all().delete()
    Rate.objects.update(value=1)
    if os.environ.get("IS_KILLED"):
        os.kill(os.getpid(), 9)

@pytest.mark.django_db
def test_finds_all():
    assert sorted(Category.objects.values_list("pk", "name")) == [(1, "books"), (2, "tea")]
    assert Rate.objects.get().value == 100
"""
NOTE = 'The test database of the alias "default" was as a killed run had left it and was put back: '
KEPT = Path(__file__).parent / "scenarios" / "reused" / "kept.py"


def test_the_next_run_puts_back_what_a_killed_one_has_left_and_says_so(database: str, tmp_path: Path) -> None:
    suite = Suite(tmp_path, database)
    suite.write(test_shop=TESTS, kept=KEPT.read_text(encoding="utf-8"))
    assert suite.run("--reuse-db", IS_KILLED="1", DJANGO_SETTINGS_MODULE="kept").returncode == -9
    after, later = (suite.run("--reuse-db", DJANGO_SETTINGS_MODULE="kept") for _ in range(2))
    left = {each.name for each in tmp_path.iterdir() if "statusquo" in each.name}
    if database != "sqlite":
        with psycopg.connect(f"{database}postgres", autocommit=True) as server:
            server.execute("DROP DATABASE test_shop")
    what = "pages." if database == "sqlite" else "public.shop_category, public.shop_rate."
    assert (after.returncode, after.stdout.count(NOTE + what)) == (0, 1), after.stdout
    assert (later.returncode, later.stdout.count(NOTE)) == (0, 0), later.stdout
    assert left == set()
