"""A database of its own for each test, with an owner who is no superuser, and a witness who reads past the store."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import psycopg
import pytest

from statusquo.core.endpoint import Endpoint
from statusquo.stores.postgres.settled import Busyness
from statusquo.stores.postgres.store import PostgresStore, open_store
from statusquo.stores.postgres.swap import Template
from tests.integration.stores.postgres import swapping
from tests.integration.stores.postgres.place import NONCE, Place, made

NUMBERS = itertools.count(1)


@pytest.fixture
def place(postgres_server: Endpoint) -> Iterator[Place]:
    assert postgres_server.admin is not None
    with made(postgres_server.admin, f"place{next(NUMBERS)}") as place:
        yield place


@pytest.fixture
def app(place: Place) -> psycopg.Connection:
    return place.connect()


@pytest.fixture
def opened(place: Place) -> Iterator[Callable[..., PostgresStore]]:
    """Opens the store once the tables are there."""
    with ExitStack() as stack:

        def open_one(settle: float = 2.0, busy: Busyness = "wait", template: Template | None = None) -> PostgresStore:
            store = open_store("db", place.admin, nonce=NONCE, settle=settle, busy=busy, template=template)
            stack.callback(store.close)
            return store

        yield open_one


@pytest.fixture
def template(place: Place) -> Iterator[Template]:
    """The place, with tables, as a copy of a template; its store had the outermost baseline when it became one."""
    with psycopg.connect(place.owner.url, autocommit=True) as recipe:
        recipe.execute(swapping.RECIPE)
    template = swapping.make_template(place)
    yield template
    swapping.drop_template(place, template)
