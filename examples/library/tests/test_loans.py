"""A class of Django's, as it always was."""

import pytest
from django.contrib.auth.models import User
from django.test import TestCase
from lending.lend import lend
from lending.models import Book, Shelf


class TestLoans(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.reader = User.objects.create_user("reader")
        cls.maps = Book.objects.create(title="Maps", shelf=Shelf.objects.get(name="travel"))

    def test_a_book_is_lent_once(self):
        loan = lend(self.maps, self.reader)
        assert loan.reader == self.reader
        with pytest.raises(Book.DoesNotExist):
            lend(self.maps, self.reader)

    def test_it_is_there(self):
        assert not hasattr(self.maps, "loan")
