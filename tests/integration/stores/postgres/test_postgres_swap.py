"""What a journal of rows cannot put back, a copy of the template can; the application connects again."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings

from statusquo.core.baseline import Touched
from statusquo.core.errors import GuardError, NotExact, StaleBaseline
from statusquo.stores.postgres import mark, swap
from statusquo.stores.postgres.store import PostgresStore
from statusquo.stores.postgres.swap import Template
from tests.integration.stores.postgres import workload
from tests.integration.stores.postgres.place import NONCE, Place
from tests.integration.stores.postgres.swapping import DDL, START, crash, drop_template, look, make_template, play
from tests.integration.stores.postgres.witness import SCHEDULES, Schedule

pytestmark = pytest.mark.integration

Opened = Callable[..., PostgresStore]

SWAPS = int(os.environ.get("STATUSQUO_TEST_EXAMPLES", "80")) // 10
"""Examples of the property test; each makes two databases."""


@pytest.mark.parametrize("name", DDL)
def test_ddl_is_undone_by_a_swap(name: str, place: Place, template: Template, opened: Opened) -> None:
    store, app = opened(template=template), place.connect()
    app.execute(START)
    before, baseline = look(place), store.capture()
    place.connect(place.admin if "extension" in name else None).execute(DDL[name])
    rewound = store.rewind(baseline)
    assert look(place) == before
    assert rewound.touched == (Touched(f"database {place.admin.name}", 1),)
    (note,) = rewound.notes
    assert re.fullmatch(
        r"Swapped for a copy of the template because the schema changed \(.+\): "
        r"\d+\.\d\d s, 2 connections closed\.",
        note,
    )
    with pytest.raises(psycopg.OperationalError):
        app.execute("SELECT 1")
    again = place.connect()
    again.execute("INSERT INTO note (text) VALUES ('third'); DELETE FROM bag; SELECT nextval('ticket')")
    second = store.rewind(baseline)
    assert (look(place), second.notes, second.is_clean) == (before, (), False)
    assert store.rewind(baseline).is_clean


def test_baselines_around_it_still_work(place: Place, template: Template, opened: Opened) -> None:
    store, app = opened(template=template), place.connect()
    states, baselines = [], []
    for word in ("a", "b", "c"):
        app.execute(START.replace("second", word))
        states.append(look(place))
        baselines.append(store.capture())
    app.execute("DROP TABLE bag; CREATE TABLE more (id int)")
    inner = store.capture()
    assert [baseline.depth for baseline in baselines] == [0, 1, 2]
    assert store.rewind(baselines[1]).notes
    assert look(place) == states[1]
    for dropped in (baselines[2], inner):
        with pytest.raises(StaleBaseline):
            store.rewind(dropped)
    place.connect().execute("DELETE FROM bag; UPDATE note SET text = 'z'; SELECT setval('ticket', 99)")
    again = store.capture()
    assert (again.depth, store.rewind(again).is_clean) == (2, True)
    assert store.rewind(baselines[0]).notes == ()
    assert look(place) == states[0]


def test_ddl_of_a_layer_that_has_no_copy_is_refused(
    place: Place, template: Template, opened: Opened, tmp_path: Path
) -> None:
    first, app = opened(), place.connect()
    outer = opened(template=template)
    outer.save(outer.capture(), tmp_path)
    first.resume(tmp_path)
    app.execute("CREATE TABLE made_by_a_fixture (id int)")
    first.save(first.capture(), tmp_path)
    store = opened(template=template)
    inner = store.resume(tmp_path)
    app.execute("ALTER TABLE note ADD more text")
    now = look(place)
    with pytest.raises(NotExact) as raised:
        store.rewind(inner)
    assert str(raised.value) == (
        'Store "db" cannot be put back: the schema changed (ALTER TABLE public.note), and the baseline cannot be made '
        "from a copy of the template. DDL between the two cannot be done again: CREATE TABLE public.made_by_a_fixture. "
        "Let the recipe do such things, so that the template has them. "
        "Run 'statusquo down' and 'statusquo up', or start a new run, to begin from a fresh copy of the baseline; "
        "if somebody else runs the database, mend it there and run 'statusquo adopt'."
    )
    assert (look(place), app.execute("SELECT 1").fetchone()) == (now, (1,))


def test_writes_past_the_triggers_and_constraints_that_do_not_hold(
    place: Place, template: Template, opened: Opened
) -> None:
    store = opened(template=template)
    before, baseline = look(place), store.capture()
    sly = place.connect(place.admin)
    sly.execute("INSERT INTO note (text) VALUES ('x'); SET statusquo.journal = off; DELETE FROM note")
    assert "the journal of public.note does not add up" in store.rewind(baseline).notes[0]
    assert look(place) == before


def test_a_crash_of_the_server_is_undone(place: Place, template: Template, opened: Opened) -> None:
    store, app = opened(template=template), place.connect()
    app.execute(START)
    before, outer = look(place), store.capture()
    app.execute("DELETE FROM note; SELECT nextval('ticket')")
    middle, inner = look(place), store.capture()
    app.execute("DROP TABLE bag")
    crash(place)
    assert "because the server crashed" in store.rewind(inner).notes[0]
    assert look(place) == middle
    place.connect().execute("INSERT INTO bag VALUES ('d')")
    assert store.rewind(outer).notes == ()
    assert look(place) == before


def test_a_rewind_right_after_a_crash_waits_until_the_server_lets_people_in(
    place: Place, template: Template, opened: Opened
) -> None:
    store, app = opened(template=template), place.connect()
    before, baseline = look(place), store.capture()
    app.execute("DELETE FROM note")
    bystander = place.connect()
    os.kill(app.info.backend_pid, signal.SIGKILL)
    with suppress(psycopg.OperationalError):
        while True:
            bystander.execute("SELECT 1")  # until the server ends everybody's connections and recovers
    assert "because the server crashed" in store.rewind(baseline).notes[0]
    assert look(place) == before


def test_a_crash_that_emptied_the_template_is_told(place: Place, opened: Opened) -> None:
    place.connect().execute("CREATE UNLOGGED TABLE quick (id int); INSERT INTO quick VALUES (1)").connection.close()
    template = make_template(place)
    store = opened(template=template)
    baseline = store.capture()
    crash(place)
    with pytest.raises(NotExact, match="emptied unlogged tables, and those of the template with them"):
        store.rewind(baseline)
    drop_template(place, template)


def test_another_process_swaps_to_a_saved_baseline(
    place: Place, template: Template, opened: Opened, tmp_path: Path
) -> None:
    store, app = opened(template=template), place.connect()
    app.execute(START)
    before = look(place)
    store.save(store.capture(), tmp_path)
    store.close()
    app.execute("DROP TABLE note CASCADE")
    other = opened(template=template)
    resumed = other.resume(tmp_path)
    assert other.rewind(resumed).notes
    assert look(place) == before


def test_two_processes_at_once(place: Place, template: Template, opened: Opened, tmp_path: Path) -> None:
    store = opened(template=template)
    before = look(place)
    store.save(store.capture(), tmp_path)
    stores = [opened(template=template) for _ in range(2)]
    saved = [each.resume(tmp_path) for each in stores]
    place.connect().execute("DROP TABLE note CASCADE")
    done = []
    threads = [
        threading.Thread(target=lambda pair: done.append(pair[0].rewind(pair[1])), args=(pair,))
        for pair in zip(stores, saved, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(len(rewound.notes) for rewound in done) == [0, 1]
    assert look(place) == before


def test_an_application_that_keeps_coming_back_is_let_in_again(
    place: Place, template: Template, opened: Opened
) -> None:
    store, over, before = opened(template=template), threading.Event(), look(place)
    baseline, connected = store.capture(), []

    def pool() -> None:
        while not over.is_set():
            try:
                with psycopg.connect(place.owner.url, autocommit=True) as one:
                    connected.append(one.execute("SELECT 1").fetchone())
                    time.sleep(0.01)
            except psycopg.OperationalError:
                time.sleep(0.001)

    threads = [threading.Thread(target=pool) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        place.connect().execute("CREATE TABLE new (id int)")
        assert store.rewind(baseline).notes
        so_far = len(connected)
        while len(connected) == so_far:
            time.sleep(0.001)
    over.set()
    for thread in threads:
        thread.join()
    assert look(place) == before


def test_a_copy_that_fails_leaves_the_database_as_it_was(
    place: Place, template: Template, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, app = opened(template=template), place.connect()
    baseline = store.capture()
    app.execute("CREATE TABLE new (id int)")
    now = look(place)
    monkeypatch.setattr(swap, "KEPT", (("read_baselines", "COPY statusquo.sequence FROM STDIN"),))
    with pytest.raises(psycopg.Error):
        store.rewind(baseline)
    assert (look(place), app.execute("SELECT 1").fetchone()) == (now, (1,))
    monkeypatch.undo()
    assert store.rewind(baseline).notes


def test_a_template_of_another_database_is_no_template(
    place: Place, template: Template, opened: Opened, tmp_path: Path
) -> None:
    plain = opened()
    plain.save(plain.capture(), tmp_path)
    store = opened(template=template)
    place.connect().execute("CREATE TABLE new (id int)")
    now = look(place)
    with pytest.raises(NotExact, match="It was not made from this template"):
        store.rewind(store.resume(tmp_path))
    assert look(place) == now


def test_only_a_database_with_our_mark_is_swapped(place: Place, template: Template, opened: Opened) -> None:
    store, app = opened(template=template), place.connect()
    baseline = store.capture()
    app.execute("CREATE TABLE new (id int)")
    mark.write(place.admin, "somebody else")
    now = look(place)
    with pytest.raises(GuardError):
        store.rewind(baseline)
    assert (look(place), app.execute("SELECT 1").fetchone()) == (now, (1,))
    mark.write(place.admin, NONCE)


def test_a_swap_that_was_killed_is_recovered_from(place: Place, template: Template, opened: Opened) -> None:
    place.connect(template.maintenance).execute(f"ALTER DATABASE {place.admin.name} ALLOW_CONNECTIONS false")
    assert opened(template=template).capture().depth == 0


def test_whatever_several_sessions_did_a_swap_gives_it_back(place: Place, opened: Opened) -> None:
    with psycopg.connect(place.owner.url, autocommit=True) as recipe:
        recipe.execute(workload.SCHEMA)
    template = make_template(place)

    @settings(max_examples=SWAPS, deadline=None, suppress_health_check=list(HealthCheck))
    @given(SCHEDULES, SCHEDULES, SCHEDULES)
    def holds(start: Schedule, first: Schedule, second: Schedule) -> None:
        store = opened(template=template)
        play(place, start)
        outer_state, outer = place.digest(), store.capture()
        play(place, first)
        inner_state, inner = place.digest(), store.capture()
        play(place, second)
        place.connect().execute("ALTER TABLE leaf ADD more text; DROP TABLE bag")
        assert store.rewind(inner).notes
        assert place.digest() == inner_state
        play(place, second)
        assert store.rewind(outer).notes == ()
        assert place.digest() == outer_state
        store.close()

    holds()
    drop_template(place, template)


def test_rows_without_a_key_that_went_and_came_back(place: Place, template: Template, opened: Opened) -> None:
    store, app = opened(template=template), place.connect()
    app.execute("DELETE FROM bag WHERE what = 'a'")
    before, outer = look(place), store.capture()
    app.execute("INSERT INTO bag VALUES ('a'), ('a')")
    middle, inner = look(place), store.capture()
    app.execute("CREATE TABLE new (id int)")
    assert store.rewind(inner).notes
    assert look(place) == middle
    assert store.rewind(outer).notes == ()
    assert look(place) == before


def test_what_went_before_an_inner_baseline_comes_back_with_the_outer_one(
    place: Place, template: Template, opened: Opened
) -> None:
    store, app = opened(template=template), place.connect()
    app.execute(START)
    before, outer = look(place), store.capture()
    app.execute("DROP SEQUENCE ticket; DROP TABLE note CASCADE; ALTER TABLE bag ADD more text")
    store.capture()
    place.connect().execute("INSERT INTO bag VALUES ('x', 'y')")
    assert store.rewind(outer).notes
    assert look(place) == before


def test_a_sequence_that_came_after_the_baseline_is_not_asked_for(
    place: Place, template: Template, opened: Opened
) -> None:
    store, app = opened(template=template), place.connect()
    before, outer = look(place), store.capture()
    app.execute("CREATE TABLE new (id serial)")
    store.capture()
    assert store.rewind(outer).notes
    assert look(place) == before
