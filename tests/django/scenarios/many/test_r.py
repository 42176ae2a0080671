"""R: 15 tests that commit among 200 models: each finds what migrations made, and only its tables are touched."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from many.models import MODELS

SEEN = []


def rows():
    return list(ContentType.objects.order_by("pk").values()), list(Permission.objects.order_by("pk").values())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", range(15))
def test_commits(time):
    SEEN.append(rows())
    assert SEEN[-1] == SEEN[0]
    assert not any(model.objects.exists() for model in MODELS[:3])
    first = MODELS[0].objects.create(before=1, name=f"{time}")
    assert first.pk == 1
    MODELS[1].objects.create(before=first, name="second")


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left():
    assert rows() == SEEN[0]
    assert not any(model.objects.exists() for model in MODELS)
