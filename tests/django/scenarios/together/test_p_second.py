"""P: elsewhere nobody knows of the models that the other module defines."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db import connection


@pytest.mark.parametrize("mode", ["db", "transactional_db"])
def test_what_is_related_can_be_deleted(request, mode):
    request.getfixturevalue(mode)
    User.objects.create(username="ann").delete()
    Group.objects.get().delete()


def test_nothing_is_left(db):
    assert {"note", "note_readers", "memo"}.isdisjoint(apps.all_models["shop"])
    assert not [name for model in (User, Group) for name in vars(model) if "note" in name or "memo" in name]
    assert not {"shop_note", "shop_note_readers", "shop_memo"}.intersection(connection.introspection.table_names())
