"""What we need of pytest, pluggy and pytest-django and none documents; each says why there is no other way.

``tests/django/test_frames_private.py`` and ``test_django_guard.py`` notice when one of them changes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest

if TYPE_CHECKING:
    from _pytest.fixtures import SubRequest

Definition = pytest.FixtureDef[Any]


def item_of(request: SubRequest) -> pytest.Item:
    """The test that a fixture is being set up for: ``request.node`` is the owner of its scope."""
    item: pytest.Item = request._pyfuncitem  # noqa: SLF001
    return item


def is_resolved(definition: Definition, request: SubRequest) -> bool:
    """True if the test of the request has the value: no hook is called for a fixture whose value is kept."""
    return definition.argname in request._fixture_defs  # noqa: SLF001


@contextmanager
def failing_as_set_up(definition: Definition, request: SubRequest) -> Iterator[None]:
    """For what a hook does before a fixture is set up: its error is kept as the fixture's own.

    Without that, pytest 9.2 finds finalizers of a fixture that it believes was never set up, and stops at an assertion
    in whichever test asks next.
    """
    try:
        yield
    except Exception as error:
        definition.cached_result = (None, definition.cache_key(request), (error, error.__traceback__))
        raise


def may_write(request: SubRequest) -> bool:
    """True if the test of the request has been let in to the database by pytest-django."""
    return "_django_db_helper" in request._fixture_defs  # noqa: SLF001


def asked_for_by(request: SubRequest) -> tuple[Definition, ...]:
    """The fixtures that asked for this one, in their signature or by ``getfixturevalue``: no hook says so."""
    return tuple(request._get_fixturestack()[:-1])  # noqa: SLF001


def closure(item: pytest.Item) -> Collection[Definition]:
    """The fixtures that a test names, by itself or through others: ``fixturenames`` cannot tell those of one name."""
    info = getattr(item, "_fixtureinfo", None)
    return {each for definitions in info.name2fixturedefs.values() for each in definitions} if info else ()


def asks_for(request: SubRequest) -> tuple[Definition, ...]:
    """The fixtures in the signature of the one that is being set up: no hook says which of one name it got."""
    got = request._fixture_defs  # noqa: SLF001
    return tuple(got[name] for name in request._fixturedef.argnames if name in got)  # noqa: SLF001


def may_share(session: pytest.Session, is_theirs: Callable[[Definition], bool]) -> bool:
    """True if a fixture wider than a test was found that is not *theirs*, asked for or not; True if nobody can tell.

    Of those that a test asks for only while it runs, nothing public knows. pytest 9.1 keeps them in another place.
    """
    places = ("_arg2node2fixturedefs", "_arg2nodeid2fixturedefs", "_arg2fixturedefs")
    found = [vars(session._fixturemanager).get(place) for place in places]  # noqa: SLF001
    if not any(found):
        return True
    definitions = (each for place in found for each in _flat(place or {}))
    return any(each.scope != "function" and not is_theirs(each) for each in definitions)


def _flat(found: Any) -> Iterator[Definition]:
    if isinstance(found, pytest.FixtureDef):
        yield found
        return
    for each in found.values() if hasattr(found, "values") else found:
        yield from _flat(each)


def blocker(config: pytest.Config) -> Any:
    """pytest-django's blocker, before any fixture could ask for it."""
    from pytest_django.plugin import blocking_manager_key  # noqa: PLC0415 - only in a run of pytest-django

    return config.stash[blocking_manager_key]


def is_blocked(error: BaseException) -> bool:
    """True for what pytest-django's blocker raises: it is a plain RuntimeError, so its words are all there is."""
    return isinstance(error, RuntimeError) and "Database access not allowed" in str(error)


def fixture_in(frame: FrameType | None) -> str:
    """The innermost fixture that is being set up, read from pytest's own frames: hooks around each would cost more."""
    while frame:
        if frame.f_code.co_name == "call_fixture_func":
            request = frame.f_locals.get("request")
            return str(getattr(request, "fixturename", "") or "")
        frame = frame.f_back
    return ""


@contextmanager
def sorting_of_pytest_django(config: pytest.Config, instead: Callable[[list[pytest.Item]], None]) -> Iterator[None]:
    """Within, call *instead* where pytest-django sorts: its sort visits a module up to three times.

    pluggy knows no way to leave out one hook of a plugin, and a hook of our own cannot be sure to come right after it.
    """
    plugin = config.pluginmanager.getplugin("django")
    with ExitStack() as undo:
        for hook in config.hook.pytest_collection_modifyitems.get_hookimpls():
            if hook.plugin is plugin:
                undo.enter_context(mock.patch.object(hook, "function", instead))
        yield


def fixtures_key(item: pytest.Item) -> object:
    """Equal for tests that name the same fixtures because they come from one function."""
    return id(getattr(item, "_fixtureinfo", None))


def scopes_of(item: pytest.Item) -> dict[str, str]:
    """The fixtures that *item* names, by itself or through others, and their scopes: no public name leads there."""
    info = getattr(item, "_fixtureinfo", None)
    return {name: definitions[-1].scope for name, definitions in info.name2fixturedefs.items()} if info else {}


def is_set_up_by_pytest_django(request: pytest.FixtureRequest) -> bool:
    """True if pytest-django's own ``django_db_setup`` has run, alone or below one of the user's that stands on it."""
    definitions = request.session._fixturemanager.getfixturedefs("django_db_setup", request.node) or ()  # noqa: SLF001
    return any(d.func.__module__.startswith("pytest_django.") and d.cached_result is not None for d in definitions)


def blocked_connection(error: BaseException) -> object:
    """The connection that was asked for when pytest-django's blocker raised: its error does not tell."""
    traceback, connection = error.__traceback__, None
    while traceback:
        if traceback.tb_frame.f_code.co_name in {"_cursor", "get_autocommit", "set_autocommit"}:
            connection = traceback.tb_frame.f_locals.get("self")
        traceback = traceback.tb_next
    return connection


def resolved(item: pytest.Item) -> Collection[str]:
    """The fixtures that a running test has, those it asked for by ``getfixturevalue`` among them."""
    return tuple(each.argname for each in resolved_definitions(item))


def resolved_definitions(item: pytest.Item) -> Collection[Definition]:
    """The same as definitions."""
    request = getattr(item, "_request", None)
    return tuple(request._fixture_defs.values()) if request else ()  # noqa: SLF001
