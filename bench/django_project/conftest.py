"""Takes the time that each test takes, from before its set-up to after its teardown, and that of the way back in it."""

import json
import os
import time
from pathlib import Path

import pytest

TIMES = {"rewind": [], "beside": [], "way back": []}
SPENT = []
REWOUND = []


def timed(act):
    """The same function, whose time counts as that of the way back."""

    def act_and_note(*arguments, **options):
        started = time.perf_counter()
        try:
            return act(*arguments, **options)
        finally:
            SPENT.append((time.perf_counter() - started) * 1000)

    act_and_note.__name__ = timed.__name__
    return act_and_note


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    started = time.perf_counter()
    done = yield
    spent = (time.perf_counter() - started) * 1000
    TIMES.setdefault(item.callspec.params["mode"], []).append(spent)
    if REWOUND:
        TIMES["rewind"].append(sum(REWOUND))
        TIMES["beside"].append(spent - sum(REWOUND))
        REWOUND.clear()
    if SPENT:
        TIMES["way back"].append(sum(SPENT))
        SPENT.clear()
    return done


def pytest_collection_finish(session):
    from django.db.backends.base.creation import BaseDatabaseCreation

    BaseDatabaseCreation.deserialize_db_from_string = timed(BaseDatabaseCreation.deserialize_db_from_string)
    if session.config.pluginmanager.hasplugin("statusquo-django-restoring"):
        from statusquo.django.plugin import restoring

        def note(done):
            REWOUND.extend(each.seconds * 1000 for each in done)

        restoring.of(session.config).listeners.append(note)


def pytest_runtest_call():
    from django.test import testcases

    if testcases.call_command.__name__ != timed.__name__:  # what is there by now: Django's, or ours
        testcases.call_command = timed(testcases.call_command)


def pytest_sessionfinish():
    Path(os.environ["BENCH_TIMES"]).write_text(json.dumps(TIMES), encoding="utf-8")
