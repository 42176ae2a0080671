"""The same test in each mode, in turns: it writes to two tables of 200."""

import pytest
from many.models import Model3, Model7

MODES = [
    pytest.param("savepoint", marks=pytest.mark.django_db),
    pytest.param("committing", marks=pytest.mark.django_db(transaction=True)),
    pytest.param("serialized", marks=pytest.mark.django_db(transaction=True, serialized_rollback=True)),
]


@pytest.mark.parametrize("time", range(6))
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("turn", range(3))
def test_writes(turn, mode, time):
    first = Model3.objects.create(name="new")
    for name in ("one", "two", "three"):
        Model7.objects.create(name=name)
    Model3.objects.filter(pk=first.pk).update(number=5)
    assert Model3.objects.filter(number=5).count() == 1
    assert Model7.objects.filter(name="two").exists()
