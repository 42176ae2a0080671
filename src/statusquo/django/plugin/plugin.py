"""What pytest loads in every run: the options, and the question whether this run is one of Django's.

Nothing but pytest is imported here; a run without pytest-django, or without settings, pays for one look.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Generator

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add our options."""
    group = parser.getgroup("statusquo-django", "databases of Django, put back after each test (statusquo)")
    group.addoption(
        "--no-statusquo-django",
        action="store_true",
        help="Leave the databases of Django's tests to pytest-django alone.",
    )
    group.addoption(
        "--django-order",
        choices=("module", "django", "given"),
        default="module",
        help="Which order Django's tests run in, where you ask for none: modules and classes whole, with what is cheap "
        "first in each (module, the default); all with a savepoint before all others, as Django and pytest-django have "
        "it (django); as they were collected (given).",
    )
    group.addoption(
        "--db-report",
        action="store_true",
        help="At the end, show what each of Django's tests did with its databases and what that cost, how long shared "
        "fixtures lived, and which transactional tests never needed to be.",
    )
    group.addoption("--db-report-json", metavar="PATH", help="The same as --db-report, for programs, in a file.")
    group.addoption(
        "--verify-isolation",
        action="store_true",
        help="Run Django's tests in a random order and read all rows of the test databases after each: a test after "
        "which they are not as they were has an error that names the table and the rows.",
    )
    group.addoption("--isolation-seed", type=int, default=0, metavar="N", help="The random order of an earlier run.")
    group.addoption(
        "--trace-rows",
        metavar="PATH",
        help="Write which rows Django's tests load, for 'statusquo prune --unused' and 'statusquo lint --trace'.",
    )
    parser.addini(
        "statusquo_django_databases",
        "Databases that tests may use although this run has not made them, each as ALIAS=NAME (* stands for anything).",
        type="linelist",
        default=[],
    )
    parser.addini(
        "statusquo_exact",
        "Whose rows a test sees only if it asks for the fixture: those of session and package fixtures (wide), of all "
        "shared fixtures (all), or of none of them (none). Default: wide.",
        default="wide",
    )
    parser.addini(
        "statusquo_objects",
        "What tests are given of the objects of shared fixtures that have rows: a copy each (copy), new instances read "
        "by primary key (refetch), or the same (share). Default: copy.",
        default="copy",
    )
    parser.addini(
        "statusquo_mutations",
        "What becomes of a test that changes objects of shared fixtures in memory: it gets a warning if other tests "
        "are given the same objects (shared), always (warn), or it fails (fail). Default: shared.",
        default="shared",
    )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Put the guard up before pytest-django loads the project."""
    if _is_djangos(early_config):
        from statusquo.django.plugin import guarding  # noqa: PLC0415 - it knows Django

        with guarding.loading(early_config):
            return (yield)
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register what works, if the run is one of Django's: pytest-django has found the settings by now."""
    if not _is_djangos(config):
        return
    from statusquo.django.plugin import (  # noqa: PLC0415 - they know Django
        building,
        entering,
        guarding,
        ordering,
        restoring,
    )

    guarding.started(config)
    building.started(config)
    concerns: dict[str, object] = {
        "guarding": guarding,
        "restoring": restoring,  # it is called after framing, which enters later
        "making": restoring.Making(),
        "building": building,
        "ordering": ordering,
        "entering": entering,
    }
    if config.getoption("db_report") or config.getoption("db_report_json"):
        from statusquo.django.plugin import reporting  # noqa: PLC0415 - few runs want one

        concerns["reporting"] = reporting.Reporting(config)
    if config.getoption("verify_isolation"):
        from statusquo.django.plugin import isolating  # noqa: PLC0415 - as above

        concerns["isolating"] = isolating.Isolating(config)
    if config.getoption("trace_rows"):
        from statusquo.django.plugin import tracing  # noqa: PLC0415 - as above

        concerns["tracing"] = tracing.Tracing(config)
    for name, hooks_of in concerns.items():
        config.pluginmanager.register(hooks_of, f"statusquo-django-{name}")


def _is_djangos(config: pytest.Config) -> bool:
    """True if pytest-django takes part and has settings, from wherever it takes them, or a conftest file made some."""
    options = config.known_args_namespace
    if options.no_statusquo_django or options.help or options.version or not config.pluginmanager.hasplugin("django"):
        return False
    named = options.ds or os.environ.get("DJANGO_SETTINGS_MODULE") or config.getini("DJANGO_SETTINGS_MODULE")
    return bool(named) or ("django.conf" in sys.modules and sys.modules["django.conf"].settings.configured)
