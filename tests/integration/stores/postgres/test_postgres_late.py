"""What is written after a test is found before the next one, put back, and laid at the door of who wrote it."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count

import psycopg
import pytest

from statusquo.core.events import LateWrite
from statusquo.rewind.rewinder import Rewinder
from statusquo.stores.postgres.store import PostgresStore
from tests.integration.stores.postgres.place import Place

pytestmark = pytest.mark.integration

Opened = Callable[..., PostgresStore]


@pytest.fixture
def rewinder(place: Place, app: psycopg.Connection, opened: Opened) -> Rewinder:
    app.execute("CREATE TABLE note (id serial PRIMARY KEY, text text); INSERT INTO note (text) VALUES ('first')")
    rewinder = Rewinder([opened()], emit=lambda event: None, clock=count().__next__)
    rewinder.push("baseline")
    return rewinder


def check(rewinder: Rewinder) -> LateWrite:
    late = rewinder.check(after="test_a", before="test_b")
    assert late is not None
    return late


def test_the_process_the_application_and_the_statement_are_named(place: Place, rewinder: Rewinder) -> None:
    before = place.digest()
    worker, reader = place.connect(), place.connect()
    worker.execute("SET application_name = 'worker 7'")
    rewinder.rewind("test_a")
    reader.execute("SELECT * FROM note")
    worker.execute("UPDATE note\n  SET text = 'late'")
    late = check(rewinder)
    said = "last statement: UPDATE note SET text = 'late'"
    assert late.writers == (f'pid {worker.info.backend_pid}, application "worker 7", user tenant; {said}',)
    assert place.digest() == before
    assert rewinder.check(after="test_a", before="test_b") is None


def test_each_of_several_is_named_once_and_the_others_are_not(
    place: Place, app: psycopg.Connection, rewinder: Rewinder
) -> None:
    app.execute("DELETE FROM note")
    rewinder.rewind("test_a")
    workers = [place.connect() for _ in range(2)]
    for worker in workers * 2:
        worker.execute("INSERT INTO note (text) VALUES ('late')")
    late = check(rewinder)
    named = [int(number) for who in late.writers for number in re.findall(r"^pid (\d+)", who)]
    assert named == sorted(worker.info.backend_pid for worker in workers)


def test_one_that_is_gone_is_a_number(place: Place, rewinder: Rewinder) -> None:
    with psycopg.connect(place.owner.url) as worker:
        pid = worker.info.backend_pid
        worker.execute("DELETE FROM note")
    _wait_until_gone(place, pid)
    assert check(rewinder).writers == (f"pid {pid}, which has ended",)


def test_a_transaction_that_was_open_when_the_test_ended_is_waited_for_and_not_late(
    place: Place, app: psycopg.Connection, rewinder: Rewinder
) -> None:
    app.execute("BEGIN; DELETE FROM note; COMMIT")
    rewinder.rewind("test_a")
    assert rewinder.check(after="test_a", before="test_b") is None


def test_a_sequence_has_no_writer_to_name(app: psycopg.Connection, rewinder: Rewinder) -> None:
    app.execute("SELECT nextval('note_id_seq')")
    assert check(rewinder).writers == ()


def _wait_until_gone(place: Place, pid: int) -> None:
    watcher = place.connect(place.admin)
    while watcher.execute("SELECT FROM pg_stat_activity WHERE pid = %s", [pid]).fetchone() is not None:
        pass
