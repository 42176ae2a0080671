"""What stands in for ``flush`` when a test case of Django calls it at its end; for everybody else it is Django's own.

The stealth option is one that only ``TransactionTestCase`` gives; a test watches over that. It is the command's class
that is changed, as Django forgets which commands it has found whenever a test changes INSTALLED_APPS. Where test cases
call it is another place: to come to the command, Django loads it and makes its parser, which takes 0.6 ms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

from django.core.management import BaseCommand, call_command, get_commands, load_command_class
from django.test import testcases

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

    def call(name: str, *arguments: object, **options: object) -> object:
        if name == NAME and OF_A_TEST_CASE in options and put_back(str(options["database"])):
            return None
        return call_command(name, *arguments, **options)

    with patch.object(type(command), "handle", handle), patch.object(testcases, "call_command", call):
        yield
