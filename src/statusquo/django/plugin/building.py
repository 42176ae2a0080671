"""The test databases of a run: built once for all workers of pytest-xdist, and those that are needed later."""

from __future__ import annotations

import getpass
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from statusquo.core import fingerprint
from statusquo.django.late import Late
from statusquo.django.plugin import guarding, pytest_private, restoring

if TYPE_CHECKING:
    from statusquo.django.templates.builder import Builder

FOLDER = "statusquo-django"
"""The folder in pytest's cache where workers meet."""
LATE = "_statusquo_late_databases"


def started(config: pytest.Config) -> None:
    """Have a worker take copies of what the first one has built."""
    if hasattr(config, "workerinput"):
        config.stash[guarding.GUARD].create = _builder(config).create


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Before there are workers: with ``--create-db``, forget what earlier runs have built."""
    if _has_workers(session.config) and session.config.getoption("create_db"):
        _clear(session.config)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """When the workers are gone: leave nothing behind, but with ``--reuse-db``."""
    if _has_workers(session.config) and not session.config.getoption("reuse_db"):
        _clear(session.config)


def ensure(request: pytest.FixtureRequest, alias: str) -> None:
    """Have the alias lead to its test database, wherever *request* comes from: before the first query of a fixture.

    A suite with a ``django_db_setup`` of its own decides by itself what its aliases lead to: nothing is made there.
    """
    late: Late = request.getfixturevalue(LATE)
    if pytest_private.is_set_up_by_pytest_django(request):
        with request.getfixturevalue("django_db_blocker").unblock():
            late.ensure(alias)


@pytest.fixture(scope="session")
def _statusquo_late_databases(  # noqa: PLR0917 - it is pytest that passes them
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: object,
    django_db_keepdb: bool,
    django_db_createdb: bool,
) -> Iterator[Late]:
    late = Late(
        request.config.stash[guarding.GUARD],
        verbosity=request.config.option.verbose,
        is_kept=django_db_keepdb,
        is_reused=django_db_keepdb and not django_db_createdb,
    )
    yield late
    restoring.of(request.config).close()
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        late.remove()


def _has_workers(config: pytest.Config) -> bool:
    return config.getoption("dist", "no") != "no" and not hasattr(config, "workerinput")


def _clear(config: pytest.Config) -> None:
    with pytest_private.blocker(config).unblock():
        _builder(config).clear()


def _builder(config: pytest.Config) -> Builder:
    from statusquo.django.templates.builder import Builder  # noqa: PLC0415 - only a run with workers pays for it

    project = f"{config.rootpath} {os.environ.get('DJANGO_SETTINGS_MODULE')}"
    cache: pytest.Cache | None = getattr(config, "cache", None)
    name = f"{FOLDER}-{fingerprint.of_value([project, getpass.getuser()])[:8]}"
    return Builder(cache.mkdir(FOLDER) if cache else Path(tempfile.gettempdir(), name), project)
