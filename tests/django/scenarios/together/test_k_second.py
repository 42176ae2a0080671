"""K: the other file, with plain tests only."""

import migrated
import pytest
from django.contrib.auth.models import Group


@pytest.mark.django_db
def test_groups():
    assert Group.objects.get().name == "keepers"


@pytest.mark.django_db
def test_all():
    assert migrated.rows() == migrated.ROWS
