"""Takes the time that each test takes, from before its set-up to after its teardown."""

import json
import os
import time
from pathlib import Path

import pytest

TIMES = {"rewind": []}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    started = time.perf_counter()
    done = yield
    TIMES.setdefault(item.callspec.params["mode"], []).append((time.perf_counter() - started) * 1000)
    return done


def pytest_collection_finish(session):
    if session.config.pluginmanager.hasplugin("statusquo-django-restoring"):
        from statusquo.django.plugin import restoring

        def note(done):
            TIMES["rewind"].extend(each.seconds * 1000 for each in done)

        restoring.of(session.config).listeners.append(note)


def pytest_sessionfinish():
    Path(os.environ["BENCH_TIMES"]).write_text(json.dumps(TIMES), encoding="utf-8")
