"""The door for Django: tests in its own process get fixtures of any scope and rewinds, projects get the data tools.

Add ``"statusquo.django"`` to INSTALLED_APPS for ``manage.py statusquo``; tests need no more than pytest-django, or
``TEST_RUNNER = "statusquo.django.Runner"`` for ``manage.py test``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from statusquo.django.runner import Runner

__all__ = ["Runner"]


def __getattr__(name: str) -> object:
    """Load the runner when it is asked for: it imports what Django lets nobody import before its settings."""
    if name == "Runner":
        from statusquo.django.runner import Runner  # noqa: PLC0415 - see above

        return Runner
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
