"""What pytest loads in every run: the options, and the question whether this run is one of Django's.

Nothing but pytest is imported here; a run without pytest-django, or without settings, pays for one look.
"""

from __future__ import annotations

import os

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add our options."""
    group = parser.getgroup("statusquo-django", "databases of Django, put back after each test (statusquo)")
    group.addoption(
        "--no-statusquo-django",
        action="store_true",
        help="Leave the databases of Django's tests to pytest-django alone.",
    )


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register what works, if the run is one of Django's: pytest-django has found the settings by now."""
    if config.getoption("no_statusquo_django") or not config.pluginmanager.hasplugin("django"):
        return
    if "DJANGO_SETTINGS_MODULE" in os.environ:
        from statusquo.django.plugin import framing, hooks, restoring, surroundings  # noqa: PLC0415 - they know Django

        config.pluginmanager.register(framing.Framing(config), "statusquo-django-framing")
        config.pluginmanager.register(restoring, "statusquo-django-restoring")
        config.pluginmanager.register(hooks, "statusquo-django-hooks")
        config.pluginmanager.register(surroundings.Surroundings(), "statusquo-django-surroundings")
