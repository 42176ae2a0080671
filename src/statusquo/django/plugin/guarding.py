"""The guard in a run of pytest: when it stands, and who asks. ``plugin`` calls it before Django is loaded."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

import django
import pytest
from django.apps import apps

from statusquo.django.guard import Guard, Moment
from statusquo.django.places import CONSENT, Consent
from statusquo.django.plugin import pytest_private

GUARD = pytest.StashKey[Guard]()
_NOT_THE_USERS = (
    *(str(Path(sysconfig.get_path(name))) for name in ("stdlib", "purelib", "platlib")),
    str(Path(__file__).parents[2]),
)


@contextmanager
def loading(config: pytest.Config) -> Iterator[None]:
    """Put the guard up for the whole run while Django and the first conftest files are loaded."""
    guard = _stand(config)
    try:
        yield
    except Exception as error:
        cause = getattr(error, "cause", error)
        if pytest_private.is_blocked(cause) and (connection := pytest_private.blocked_connection(cause)):
            cause.add_note(f"\n{guard.refusal(connection)}")
        raise


def started(config: pytest.Config) -> None:
    """Look at the real databases now that Django is loaded, by a conftest file perhaps."""
    guard = config.stash.get(GUARD, None) or _stand(config)
    if not apps.ready:
        django.setup()
    guard.remember()
    guard.moment = Moment.RUNNING


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Say what is the matter when modules and parameters are made of rows."""
    with session.config.stash[GUARD].explaining(Moment.COLLECTING):
        return (yield)


def _stand(config: pytest.Config) -> Guard:
    guard = config.stash[GUARD] = Guard(_consents(config), asked_by=_asked_by)
    standing = ExitStack()
    standing.enter_context(guard.standing())
    config.add_cleanup(standing.close)
    return guard


def _consents(config: pytest.Config) -> tuple[Consent, ...]:
    try:
        return tuple(Consent.read(line) for line in config.getini(CONSENT))
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None


def _asked_by() -> str:
    """The line of the user's that wants the database, and the fixture that is being set up."""
    fixture = pytest_private.fixture_in(sys._getframe())  # noqa: SLF001 - a documented function of its module
    frame = _users_frame(sys._getframe())  # noqa: SLF001 - as above
    where = f"{frame.f_code.co_filename}:{frame.f_lineno} ({frame.f_code.co_qualname})" if frame else ""
    return " at ".join(part for part in (fixture and f'the fixture "{fixture}"', where) if part)


def _users_frame(frame: FrameType | None) -> FrameType | None:
    while frame and frame.f_code.co_filename.startswith((*_NOT_THE_USERS, "<")):
        frame = frame.f_back
    return frame
