"""What happens when somebody takes a book."""

from django.db import transaction

from lending.models import Book, Loan

LENT = []
"""The titles that were announced; an announcement waits for the commit."""


def lend(book, reader):
    """Lend the book, and announce it once that is certain; raise Book.DoesNotExist if it is away already."""
    with transaction.atomic():
        book = Book.objects.select_for_update(of=("self",)).get(pk=book.pk, loan=None)
        transaction.on_commit(lambda: LENT.append(book.title))
        return Loan.objects.create(book=book, reader=reader)
