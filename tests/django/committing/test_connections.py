"""What stands between a test's end and the next test: connections, requests that are not answered yet."""

import threading
import time
import urllib.request

import pytest
import world
from django.db import connection
from django.http import HttpResponse
from django.urls import path
from shop.models import Category

SESSIONS = set()
TESTED, ASKED = threading.Event(), threading.Event()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", range(3))
def test_a_session_is_as_good_as_new(time):
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid(), current_setting('work_mem'), to_regclass('pg_temp.mine')")
        pid, *state = cursor.fetchone()
        SESSIONS.add(pid)
        assert state == ["4MB", None]
        assert len(SESSIONS) == 1  # no login for each test
        cursor.execute("SET work_mem = '8MB'")
        cursor.execute("CREATE TEMPORARY TABLE mine (id integer)")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", range(2))
def test_a_session_that_is_gone(time):
    assert world.is_as_at_first()
    Category.objects.create(name="toys")
    if connection.vendor == "postgresql":
        connection.connection.close()


def answer_late(request):
    ASKED.set()
    TESTED.wait()
    time.sleep(0.1)  # the rewind would be over by now
    Category.objects.create(name="late")
    return HttpResponse("done")


urlpatterns = [path("late/", answer_late)]


@pytest.fixture
def ended():
    yield
    TESTED.set()


def test_a_request_that_outlives_its_test(live_server, settings, ended):
    settings.ROOT_URLCONF = __name__
    threading.Thread(target=lambda: urllib.request.urlopen(f"{live_server}/late/").close()).start()
    ASKED.wait()


@pytest.mark.django_db
def test_it_has_left_nothing():
    assert world.is_as_at_first()
