"""Q: the content type of a model that has none yet is made in two tests."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.test.utils import isolate_apps

with isolate_apps("shop"):

    class Unknown(models.Model):
        class Meta:
            app_label = "shop"


@pytest.mark.django_db
@pytest.mark.parametrize("time", [1, 2])
def test_its_row_is_there(time):
    found = ContentType.objects.get_for_model(Unknown)
    assert ContentType.objects.filter(pk=found.pk, model="unknown").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", [1, 2])
def test_its_row_is_committed(time):
    found = ContentType.objects.get_for_model(Unknown)
    assert ContentType.objects.filter(pk=found.pk, model="unknown").exists()


@pytest.fixture(scope="class")
def shared():
    return ContentType.objects.get_for_model(Unknown)


class TestOfAFixture:
    @pytest.mark.django_db
    @pytest.mark.parametrize("time", [1, 2])
    def test_it_is_there(self, shared, time):
        assert ContentType.objects.get_for_model(Unknown) == shared
        assert ContentType.objects.filter(pk=shared.pk).exists()
