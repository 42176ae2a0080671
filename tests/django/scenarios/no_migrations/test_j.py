"""J: without migrations, two transactional tests with serialized_rollback, then a plain one."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sites.models import Site
from shop.models import Category

MODELS = len(apps.get_models())


def rows():
    return [
        list(ContentType.objects.order_by("pk").values_list("pk", flat=True)),
        list(Permission.objects.order_by("pk").values_list("pk", flat=True)),
        list(Site.objects.values_list("pk", "domain")),
        list(Group.objects.values_list("pk", "name")),
        Category.objects.count(),
    ]


SYNCED = [list(range(1, MODELS + 1)), list(range(1, 4 * MODELS + 1)), [(1, "example.com")], [(1, "keepers")], 0]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("time", [1, 2])
def test_serialized(time):
    assert rows() == SYNCED
    Category.objects.create(name="committed")
    Group.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_transactional():
    assert rows() == SYNCED
    Permission.objects.all().delete()


@pytest.mark.django_db
def test_plain():
    assert rows() == SYNCED
