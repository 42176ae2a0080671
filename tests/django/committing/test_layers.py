"""States inside one another, as fixtures that commit make them, over both databases."""

import pytest
from shop.models import Category

from statusquo.django.plugin import restoring


def names(alias):
    return [each.name for each in Category.objects.using(alias).order_by("pk")]


@pytest.mark.parametrize("time", range(2))
@pytest.mark.django_db(transaction=True, databases=["default", "other"])
def test_layers(request, time):
    restorer = restoring.of(request.config)
    Category.objects.using("other").create(name="outer")
    outer = restorer.capture()
    Category.objects.create(name="inner")
    restorer.capture()
    Category.objects.all().delete()
    Category.objects.using("other").all().delete()
    assert {each.store: each.items > 0 for each in restorer.rewind()} == {"default": True, "other": True}
    assert (names("default"), names("other")) == (["books", "tea", "inner"], ["books", "tea", "outer"])
    assert [each.is_clean for each in restorer.rewind()] == [True, True]
    restorer.drop(restorer.layers[-1])
    assert (names("default"), names("other")) == (["books", "tea"], ["books", "tea", "outer"])
    Category.objects.create(name="more")
    restorer.drop(outer)
    assert restorer.layers == ()
    assert (names("default"), names("other")) == (["books", "tea"], ["books", "tea"])
