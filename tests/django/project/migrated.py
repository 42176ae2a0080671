"""What both databases hold after the migrations, and nothing else."""

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sites.models import Site
from shop.models import Category, Product, Rate, Tag


def rows(alias="default"):
    """The rows that anybody could have changed, with their keys."""
    return {
        "categories": list(Category.objects.using(alias).order_by("pk").values_list("pk", "name")),
        "others": [model.objects.using(alias).count() for model in (Tag, Product)],
        "rates": list(Rate.objects.using(alias).values_list("currency", "value")),
        "groups": list(Group.objects.using(alias).values_list("pk", "name")),
        "sites": list(Site.objects.using(alias).values_list("pk", "domain")),
        "content types": list(ContentType.objects.using(alias).order_by("pk").values_list("pk", flat=True)),
        "permissions": list(Permission.objects.using(alias).order_by("pk").values_list("pk", flat=True)),
    }


MODELS = len(apps.get_models())
ROWS = {
    "categories": [(1, "books"), (2, "tea")],
    "others": [0, 0],
    "rates": [("EUR", 100)],
    "groups": [(1, "keepers")],
    "sites": [(1, "example.com")],
    "content types": list(range(1, MODELS + 1)),
    "permissions": list(range(1, 4 * MODELS + 1)),
}


def names(alias="default"):
    """The names of the categories that are there beside those of the migrations."""
    found = set(Category.objects.using(alias).values_list("name", flat=True))
    assert {"books", "tea"} <= found
    return found - {"books", "tea"}
