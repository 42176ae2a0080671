"""What enters once the tests are known: what makes frames, but only into a run with fixtures that need some."""

from __future__ import annotations

import pytest

from statusquo.django.plugin import surroundings, whose


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Register them: a run without frames pays for none, not even for its modules."""
    register = session.config.pluginmanager.register
    if whose.needs_frames(session):
        from statusquo.django.plugin import framing  # noqa: PLC0415 - it loads all about frames

        register(framing.Framing(session.config), "statusquo-django-framing")
    register(surroundings.Surroundings(), "statusquo-django-surroundings")  # it comes after what framing does
