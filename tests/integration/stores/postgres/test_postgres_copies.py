"""Layers that came with DDL or large objects have a copy of the database of their own, from which a swap begins."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from contextlib import suppress

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statusquo.core.errors import StoreError
from statusquo.stores.postgres import clone, copies
from statusquo.stores.postgres.store import PostgresStore
from statusquo.stores.postgres.swap import Template
from tests.integration.stores.postgres import workload
from tests.integration.stores.postgres.place import Place
from tests.integration.stores.postgres.swapping import DDL, START, crash, drop_template, look, make_template, play
from tests.integration.stores.postgres.witness import SCHEDULES, Schedule

pytestmark = pytest.mark.integration

Opened = Callable[..., PostgresStore]

EXAMPLES = int(os.environ.get("STATUSQUO_TEST_EXAMPLES", "50")) // 10
"""Of the property test; each makes up to eight databases."""

RANDOM_DDL = (
    "CREATE TABLE made{n} (id serial PRIMARY KEY, a text); INSERT INTO made{n} (a) VALUES ('x'), ('y')",
    "ALTER TABLE leaf ADD more{n} text DEFAULT 'm'",
    "ALTER TABLE leaf ALTER price TYPE text USING price::text || '!', DROP doubled",
    "ALTER TABLE part DETACH PARTITION part_n",
    "ALTER TABLE part ATTACH PARTITION part_n FOR VALUES IN ('n')",
    "CREATE TABLE part_{n} PARTITION OF part FOR VALUES IN ('p{n}'); INSERT INTO part VALUES ({n}, 'p{n}', 1)",
    "ALTER TABLE special NO INHERIT base",
    "ALTER TYPE mood ADD VALUE 'm{n}'",
    "CREATE SEQUENCE s{n} CACHE 3; SELECT nextval('s{n}')",
    "DROP TABLE bag, of_part",
    "CREATE INDEX ON audit (line); CLUSTER leaf USING leaf_pkey",
    "CREATE MATERIALIZED VIEW v{n} AS SELECT * FROM last_wins",
    "SELECT lo_from_bytea(0, 'x{n}')",
    "SELECT lo_put(oid, 0, 'y{n}') FROM pg_largeobject_metadata",
    "ALTER TABLE again DISABLE TRIGGER once_more",
    "DROP SCHEMA public CASCADE; CREATE SCHEMA public",
)
Layer = tuple[Schedule, str | None]
LAYERS = st.lists(st.tuples(SCHEDULES, st.none() | st.sampled_from(RANDOM_DDL)), min_size=1, max_size=3)


@pytest.mark.parametrize("name", DDL)
def test_ddl_of_a_layer_outlives_ddl_within_it(name: str, place: Place, template: Template, opened: Opened) -> None:
    store, start = opened(template=template), look(place)
    outermost = store.capture()
    place.connect().execute(START)
    place.connect(place.admin if "extension" in name else None).execute(DDL[name])
    before, inner = look(place), store.capture()
    place.connect().execute("CREATE TABLE more (id int); DROP TABLE note CASCADE; INSERT INTO bag VALUES ('q')")
    copied, swapped = store.rewind(inner).notes
    form = r"Copied the database for a layer that came with .+: \d+\.\d\d s, \d connections closed\."
    assert re.fullmatch(form, copied)
    assert swapped.startswith("Swapped for a copy of a layer because the schema changed (")
    assert look(place) == before
    place.connect().execute("INSERT INTO bag VALUES ('r'); DELETE FROM part")
    assert store.rewind(inner).notes == ()
    assert look(place) == before
    assert "Swapped for a copy of the template" in store.rewind(outermost).notes[0]
    assert look(place) == start


def test_whatever_layers_did_each_comes_back(place: Place, opened: Opened) -> None:
    with psycopg.connect(place.owner.url, autocommit=True) as recipe:
        recipe.execute(workload.SCHEMA)
    template = make_template(place)

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(LAYERS, SCHEDULES, st.sampled_from((*RANDOM_DDL, "crash")), st.integers(0, 2))
    def holds(layers: Sequence[Layer], test: Schedule, harm: str, back: int) -> None:
        store = opened(template=template)
        states = [(look(place), store.capture())]
        for number, (schedule, ddl) in enumerate(layers):
            play(place, schedule)
            _do(place, ddl, number)
            states.append((look(place), store.capture()))
        play(place, test)
        _do(place, harm, len(layers))
        for before, baseline in reversed(states[: max(1, len(states) - back)]):
            store.rewind(baseline)
            assert look(place) == before
            assert store.diff(baseline).is_empty
            play(place, test)
            store.rewind(baseline)
            assert look(place) == before
        store.close()

    holds()
    drop_template(place, template)


def _do(place: Place, what: str | None, number: int) -> None:
    """DDL that does not fit what is there changes nothing."""
    if what == "crash":
        crash(place)
    elif what is not None:
        with psycopg.connect(place.owner.url, autocommit=True) as session, suppress(psycopg.Error):
            session.execute(what.format(n=number).encode())


def test_a_layer_without_ddl_costs_no_copy_and_no_connection(place: Place, template: Template, opened: Opened) -> None:
    store, app = opened(template=template), place.connect()
    store.capture()
    app.execute(START)
    inner = store.capture()
    assert store.rewind(inner).notes == ()
    assert (app.execute("SELECT 1").fetchone(), _databases(place)) == ((1,), 2)


def test_a_copy_goes_with_its_layer(place: Place, template: Template, opened: Opened) -> None:
    store = opened(template=template)
    outermost = store.capture()
    for _ in range(2):
        place.connect().execute("CREATE TABLE made (id int)")
        store.capture()
        assert _databases(place) == 3
        store.rewind(outermost)
        assert _databases(place) == 2


def test_what_a_killed_process_left_goes_with_the_next_rewind(place: Place, template: Template, opened: Opened) -> None:
    place.connect().execute("CREATE TABLE made (id int)")
    opened(template=template).capture()
    store = opened(template=template)
    baseline = store.capture()
    assert _databases(place) == 4
    copies.drop_stale(copies.Origin(template.maintenance, place.admin, "another run"), place.connect(place.admin))
    assert _databases(place) == 4
    assert store.rewind(baseline).is_clean
    assert _databases(place) == 3


def test_a_copy_that_fails_leaves_the_application_its_database(
    place: Place, template: Template, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(template=template)
    outermost, start = store.capture(), look(place)
    place.connect().execute("CREATE TABLE made (id int)")
    now = look(place)
    monkeypatch.setattr(clone, "_strategy", lambda server: "NONSENSE")
    with pytest.raises((psycopg.Error, StoreError)):
        store.capture()
    monkeypatch.undo()
    assert (look(place), _databases(place)) == (now, 2)
    assert store.rewind(outermost).notes
    assert look(place) == start


def test_large_objects_of_a_layer_come_back(place: Place, template: Template, opened: Opened) -> None:
    store, app = opened(template=template), place.connect()
    app.execute("SELECT lo_from_bytea(0, 'x')")
    before, layer = look(place), store.capture()
    place.connect().execute("SELECT lo_put(oid, 0, 'y'), lo_from_bytea(0, 'z') FROM pg_largeobject_metadata")
    assert "because large objects changed" in store.rewind(layer).notes[-1]
    assert look(place) == before


def test_a_run_after_a_crash_has_a_way_back_again(place: Place, template: Template, opened: Opened) -> None:
    opened(template=template).capture()
    crash(place)
    store = opened(template=template)
    before, baseline = look(place), store.capture()
    place.connect().execute("DROP TABLE bag")
    copied, swapped = store.rewind(baseline).notes
    assert "a layer that came with a journal that begins anew" in copied
    assert "because the schema changed (DROP TABLE public.bag)" in swapped
    assert look(place) == before


def _databases(place: Place) -> int:
    """The place, its template and what there is of copies."""
    query = "SELECT count(*) FROM pg_database WHERE datname LIKE %s"
    (many,) = place.connect(place.admin).execute(query, [f"{place.admin.name}%"]).fetchone() or (0,)
    return int(many)
