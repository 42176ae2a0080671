"""P: models that exist in tests only, with relations to real ones; what deletes those elsewhere does not stumble."""

import pytest
from django.contrib.auth.models import Group, User
from django.db import models
from django.test import TestCase, TransactionTestCase

from statusquo.django.fixtures import temporary_models


@pytest.fixture(scope="module")
@temporary_models()
def note():
    class Note(models.Model):
        author = models.ForeignKey(User, models.CASCADE)
        readers = models.ManyToManyField("auth.Group")

        class Meta:
            app_label = "shop"

    return Note


@pytest.fixture(scope="module")
def written(note):
    made = note.objects.create(author=User.objects.create(username="ann"))
    made.readers.add(Group.objects.get())
    return made


@pytest.fixture
@temporary_models()
def memo(db):
    class Memo(models.Model):
        author = models.OneToOneField(User, models.CASCADE)

        class Meta:
            app_label = "shop"

    return Memo


@pytest.mark.django_db
@pytest.mark.parametrize("time", range(2))
def test_rows_go_with_the_user(written, note, time):
    assert Group.objects.get().note_set.get() == written
    written.author.delete()
    assert not note.objects.exists()


@pytest.mark.parametrize("time", range(2))
def test_a_model_of_one_test(memo, time):
    user = User.objects.create(username="bob")
    assert memo.objects.create(author=user) == user.memo
    user.delete()
    assert not memo.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", range(2))
def test_it_commits(written, note, time):
    note.objects.create(author=written.author)
    assert note.objects.count() == 2


class TestOfDjango(TestCase):
    @pytest.mark.usefixtures("written")
    def test_it_is_there(self):
        assert User.objects.get().note_set.get().readers.get() == Group.objects.get()


class TestThatCommits(TransactionTestCase):
    def test_users_go(self):
        User.objects.create(username="cid").delete()
