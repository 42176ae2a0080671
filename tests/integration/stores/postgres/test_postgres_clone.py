"""Databases become templates and templates databases, with all that belongs to them; ours only are dropped."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator

import psycopg
import pytest

from statusquo.core.endpoint import Address
from statusquo.core.errors import Busy, GuardError
from statusquo.stores.postgres import clone, mark
from statusquo.stores.postgres.store import open_store
from tests.integration.stores.postgres.place import NONCE, Place, create_role_and_database, read_digest

pytestmark = pytest.mark.integration

NUMBERS = itertools.count(1)


@pytest.fixture
def maintenance(place: Place) -> Address:
    return dataclasses.replace(place.admin, name="postgres")


@pytest.fixture
def template(place: Place, maintenance: Address) -> Iterator[str]:
    """The name for a template of the place; dropped at the end, and the place made again if it is gone."""
    name = f"template of {place.admin.name}"
    yield name
    clone.drop_database(maintenance, name, nonce=NONCE)
    with psycopg.connect(maintenance.url, autocommit=True) as server:
        if server.execute("SELECT FROM pg_database WHERE datname = %s", [place.admin.name]).fetchone() is None:
            create_role_and_database(maintenance, place.admin.name, role="tenant", password="of the flat")


def test_a_clone_is_its_template_with_owner_settings_and_journal(
    place: Place, maintenance: Address, template: str
) -> None:
    live = place.admin.name
    with (
        psycopg.connect(place.owner.url, autocommit=True) as app,
        psycopg.connect(place.admin.url, autocommit=True) as admin,
    ):
        app.execute("CREATE TABLE note (id serial PRIMARY KEY); INSERT INTO note DEFAULT VALUES")
        admin.execute(f"ALTER DATABASE {live} SET search_path = 'a b', public")
        admin.execute(f"ALTER DATABASE {live} SET work_mem = '9MB'")
        admin.execute(f"ALTER DATABASE {live} SET datestyle = 'SQL, DMY'")
        admin.execute(f"ALTER ROLE tenant IN DATABASE {live} SET statement_timeout = '59s'")
        before = read_digest(admin)
    store = open_store("db", place.admin, nonce=NONCE)
    store.capture()
    store.close()

    assert not clone.is_template(maintenance, live)
    clone.make_template(maintenance, live, template, nonce=NONCE)
    assert clone.is_template(maintenance, template)
    clone.create_from_template(maintenance, template, live)

    mark.write(place.admin, NONCE)
    with psycopg.connect(place.owner.url, autocommit=True) as app:
        shown = [
            app.execute(f"SHOW {name}").fetchone()
            for name in ("search_path", "work_mem", "datestyle", "statement_timeout")
        ]
        assert shown == [('"a b", public',), ("9MB",), ("SQL, DMY",), ("59s",)]
        store = open_store("db", place.admin, nonce=NONCE)
        baseline = store.capture()
        app.execute("INSERT INTO note DEFAULT VALUES")
        store.rewind(baseline)
        store.close()
    assert before == place.digest()
    with psycopg.connect(maintenance.url) as server:
        query = "SELECT datdba::regrole::text FROM pg_database WHERE datname = %s"
        assert server.execute(query, [live]).fetchone() == ("tenant",)


def test_nothing_becomes_a_template_while_somebody_is_connected(
    place: Place, maintenance: Address, template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clone, "LEAVING", 0.1)
    app = place.connect()
    app.execute("SELECT 'still here'")
    with pytest.raises(Busy) as raised:
        clone.make_template(maintenance, place.admin.name, template, nonce=NONCE)
    assert f'pid {app.info.backend_pid}, application "shop", user tenant: idle' in str(raised.value)
    assert "last statement: SELECT 'still here'" in str(raised.value)
    assert place.connect().execute("SELECT 1").fetchone() == (1,)
    assert not clone.is_template(maintenance, template)


def test_only_what_carries_our_mark_becomes_a_template(place: Place, maintenance: Address, template: str) -> None:
    with pytest.raises(GuardError):
        clone.make_template(maintenance, place.admin.name, template, nonce="another")
    assert not clone.is_template(maintenance, template)
    assert place.connect().execute("SELECT 1").fetchone() == (1,)


def test_only_what_carries_our_mark_is_dropped(place: Place, maintenance: Address, template: str) -> None:
    with pytest.raises(GuardError):
        clone.drop_database(maintenance, place.admin.name, nonce="another")
    for foreign in ("postgres", "template0", "template1"):
        with pytest.raises(GuardError):
            clone.drop_database(maintenance, foreign, nonce=NONCE)
    clone.make_template(maintenance, place.admin.name, template, nonce=NONCE)
    with pytest.raises(GuardError):
        clone.drop_database(maintenance, template, nonce="another")
    assert clone.is_template(maintenance, template)
    clone.drop_database(maintenance, template, nonce=NONCE)
    assert not clone.is_template(maintenance, template)
    clone.drop_database(maintenance, template, nonce=NONCE)


def test_dropping_ends_connections(place: Place, maintenance: Address, template: str) -> None:
    app = place.connect()
    clone.drop_database(maintenance, place.admin.name, nonce=NONCE)
    with pytest.raises(psycopg.OperationalError):
        app.execute("SELECT 1")
