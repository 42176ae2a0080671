"""What stands in for ``flush`` when a test case of Django calls it at its end; for everybody else it is Django's own.

The stealth option is one that only ``TransactionTestCase`` gives; a test watches over that. It is the command's class
that is changed, as Django forgets which commands it has found whenever a test changes INSTALLED_APPS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

from django.core.management import BaseCommand, get_commands, load_command_class

NAME = "flush"
OF_A_TEST_CASE = "inhibit_post_migrate"

PutBack = Callable[[str], bool]
"""Puts the database of an alias back, if that is for us to do; says whether it was."""


@contextmanager
def replaced(put_back: PutBack) -> Iterator[None]:
    """Ask *put_back* at the end of each test case, and flush only what it leaves."""
    command = load_command_class(get_commands()[NAME], NAME)
    flush = type(command).handle

    def handle(self: BaseCommand, *arguments: object, **options: object) -> object:
        if OF_A_TEST_CASE in options and put_back(str(options["database"])):
            return None
        return flush(self, *arguments, **options)

    with patch.object(type(command), "handle", handle):
        yield
