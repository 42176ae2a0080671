"""A: the module after the one with the fixture."""

import migrated
import pytest


@pytest.mark.django_db
def test_nothing_is_left():
    assert migrated.rows() == migrated.ROWS
