"""Books, where they stand, and who has them."""

from django.contrib.auth.models import User
from django.db import models


class Shelf(models.Model):
    """The first shelves come with the migrations."""

    name = models.CharField(max_length=50, unique=True)


class Book(models.Model):
    """A copy of a book."""

    title = models.CharField(max_length=100)
    shelf = models.ForeignKey(Shelf, models.CASCADE, related_name="books")


class Loan(models.Model):
    """Somebody has a book."""

    book = models.OneToOneField(Book, models.CASCADE)
    reader = models.ForeignKey(User, models.CASCADE, related_name="loans")
