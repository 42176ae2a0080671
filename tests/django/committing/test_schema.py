"""Tests that migrate: each undoes its DDL, and what came with it is gone."""

import pytest
import world
from django.core.management import call_command
from django.db import connection
from shop.models import Category, Rate


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", range(2))
def test_migrates(time):
    assert world.is_as_at_first()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE shop_rate ADD COLUMN since integer")
    Rate.objects.update(value=1)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE shop_rate DROP COLUMN since")
    Category.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_migrates_all():
    assert world.is_as_at_first()
    call_command("migrate", "shop", "zero", verbosity=0)
    call_command("migrate", "shop", verbosity=0)


@pytest.mark.django_db
def test_after_that():
    assert world.is_as_at_first()
