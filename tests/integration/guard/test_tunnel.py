"""A port on localhost proves nothing: what led to ours a moment ago may lead to what people need by now."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import suppress

import psycopg
import pytest
import redis

from statusquo.core.endpoint import Address
from statusquo.core.errors import GuardError, StatusquoError
from statusquo.stores.postgres import clone
from statusquo.stores.postgres import mark as postgres_mark
from statusquo.stores.postgres import store as postgres
from statusquo.stores.postgres.swap import Template
from statusquo.stores.redis import mark as redis_mark
from statusquo.stores.redis import store as redis_store
from tests.integration.guard import tunnel
from tests.integration.guard.tunnel import Tunnel
from tests.integration.stores.postgres.place import read_digest
from tests.integration.wiring.somebody import OBJECTS

NONCE = "the nonce of this run"


@pytest.fixture
def hole(staging: Address) -> Iterator[Tunnel]:
    """A tunnel to the database of ours."""
    with tunnel.dug(staging) as dug:
        yield dug


def database_digest(address: Address) -> object:
    """All there is, past everything of ours."""
    with psycopg.connect(address.url, autocommit=True) as witness:
        databases = witness.execute("SELECT datname::text, datallowconn, datistemplate FROM pg_database ORDER BY 1")
        return read_digest(witness), witness.execute(OBJECTS).fetchall(), databases.fetchall()


def redis_digest(address: Address) -> object:
    with redis.Redis.from_url(address.url) as client:
        return {key: (client.dump(key), client.pexpiretime(key)) for key in client.scan_iter("*")}


def refusal(name: str, where: Address, why: str) -> str:
    return (
        f'Store "{name}" at {where.host}:{where.port} is not ours to change. {why} '
        "Only what this run made, or what carries its mark, is ever rewound, emptied or dropped. "
        "Get a fresh stack with 'statusquo down' and 'statusquo up'; if somebody else runs it: 'statusquo adopt'."
    )


def test_a_database_without_our_mark_is_not_even_opened(production: Address) -> None:
    before = database_digest(production)
    with tunnel.dug(production) as hole, pytest.raises(GuardError) as refused:
        postgres.open_store("db", hole.through(production), nonce=NONCE)
    assert str(refused.value) == refusal("db", hole.through(production), "It carries no mark of ours.")
    assert database_digest(production) == before


def test_a_connection_that_comes_back_elsewhere_is_not_rewound(
    staging: Address, production: Address, hole: Tunnel
) -> None:
    address = hole.through(staging)
    postgres_mark.write(address, NONCE)
    store = postgres.open_store("db", address, nonce=NONCE)
    baseline = store.capture()
    before = database_digest(production)
    hole.lead = lambda _: production.port
    hole.cut()
    with pytest.raises(GuardError) as refused:
        store.rewind(baseline)
    assert str(refused.value) == refusal("db", address, "It carries no mark of ours.")
    with pytest.raises(GuardError):
        store.diff(baseline)
    assert database_digest(production) == before
    store.close()


def test_a_production_database_that_another_run_has_marked_is_left_alone_too(
    staging: Address, production: Address, hole: Tunnel
) -> None:
    postgres_mark.write(production, "somebody else's")
    theirs = postgres.open_store("db", production, nonce="somebody else's")
    theirs.capture()
    theirs.close()
    address = hole.through(staging)
    postgres_mark.write(address, NONCE)
    store = postgres.open_store("db", address, nonce=NONCE)
    baseline = store.capture()
    with psycopg.connect(production.url, autocommit=True) as shop:
        shop.execute("INSERT INTO customer (name) VALUES ('Cleo')")
    before = database_digest(production)
    hole.lead = lambda _: production.port
    hole.cut()
    with pytest.raises(GuardError) as refused:
        store.rewind(baseline)
    assert str(refused.value) == refusal("db", address, "It carries the mark of another run.")
    assert database_digest(production) == before
    store.close()


def test_who_works_in_a_database_that_is_not_ours_is_not_disturbed(staging: Address) -> None:
    postgres_mark.write(staging, NONCE)
    store = postgres.open_store("db", staging, nonce=NONCE, settle=0.1, busy="terminate")
    baseline = store.capture()
    with psycopg.connect(staging.url) as at_work:
        at_work.execute("INSERT INTO customer (name) VALUES ('Dan')")
        postgres_mark.write(staging, "somebody else's")
        with pytest.raises(GuardError, match="carries the mark of another run"):
            store.rewind(baseline)
        at_work.commit()
    store.close()


def test_no_database_is_dropped_but_the_one_whose_mark_was_read(
    staging: Address, production: Address, hole: Tunnel
) -> None:
    postgres_mark.write(staging, NONCE)
    maintenance = dataclasses.replace(hole.through(staging), name="postgres")
    before = database_digest(production)
    hole.lead = lambda number: production.port if number == 1 else staging.port
    with pytest.raises(GuardError) as refused:
        clone.drop_database(maintenance, staging.name, nonce=NONCE)
    assert str(refused.value) == (
        f'The database "shop" at {maintenance.host}:{maintenance.port} is not the one whose mark was read; '
        "it was left alone. Two connections to the same address came to different servers. "
        "Something between distributes them: give the address of the server itself."
    )
    assert database_digest(production) == before


@pytest.mark.parametrize("astray", [8, 9, 10, 11], ids=["close", "close again", "exchange", "drop"])
def test_no_database_is_swapped_but_the_one_whose_mark_was_read(
    staging: Address, production: Address, hole: Tunnel, astray: int
) -> None:
    """One connection of those that a swap makes goes to the other server."""
    template = Template(dataclasses.replace(hole.through(staging), name="postgres"), "shop_template")
    make_template(staging, template)
    store = postgres.open_store("db", hole.through(staging), nonce=NONCE, template=template)
    try:
        baseline = store.capture()
        with psycopg.connect(staging.url, autocommit=True) as shop:
            shop.execute("CREATE TABLE public.surprise ()")
        before, already = database_digest(production), hole.taken
        hole.lead = lambda number: production.port if number == already + astray else staging.port
        with suppress(StatusquoError, psycopg.Error):
            store.rewind(baseline)
        assert hole.taken - already > astray
        assert database_digest(production) == before
    finally:
        hole.lead = lambda _: staging.port
        store.close()
        clone.drop_database(template.maintenance, template.name, nonce=NONCE)


def make_template(database: Address, template: Template) -> None:
    postgres_mark.write(database, NONCE)
    store = postgres.open_store("db", database, nonce=NONCE)
    store.capture()
    store.close()
    clone.make_template(template.maintenance, database.name, template.name, nonce=NONCE)
    clone.create_from_template(template.maintenance, template.name, database.name)


def test_a_redis_without_our_mark_is_not_rewound(staging_redis: Address, production_redis: Address) -> None:
    with tunnel.dug(staging_redis) as hole:
        address = hole.through(staging_redis)
        redis_mark.write(address, NONCE)
        store = redis_store.open_store("cache", address, nonce=NONCE)
        baseline = store.capture()
        with redis.Redis.from_url(production_redis.url) as shop:
            shop.set("customer:2", "Bob")
        before = redis_digest(production_redis)
        hole.lead = lambda _: production_redis.port
        hole.cut()
        with pytest.raises(GuardError) as refused:
            store.rewind(baseline)
        assert str(refused.value) == refusal("cache", address, "It carries no mark of ours.")
        assert redis_digest(production_redis) == before
        store.close()
