"""A stack that somebody else runs is asked whether it is there, and neither started nor stopped."""

import dataclasses
import functools
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from statusquo.core import ports
from statusquo.core.endpoint import Address, Endpoint
from statusquo.core.errors import ServiceFailed
from statusquo.core.events import Event, ServiceReady
from statusquo.core.protocols import Owner, Runtime
from statusquo.core.service import Command, Folder, HttpProbe, Postgres, Redis, RedisProbe, Service, SqlProbe
from statusquo.runtimes.external import External
from statusquo.services.postgres import probe as postgres_probe
from statusquo.services.redis import probe as redis_probe
from statusquo.stack import launch, ledger, stack
from statusquo.stack.probes import Probers
from statusquo.stack.stack import Stack
from statusquo.stack.starter import Tools

DB = Service("db", Postgres("app"), ready=(SqlProbe(),))
CACHE = Service("cache", Redis(), ready=(RedisProbe(),))
MEDIA = Service("media", Folder(), listens=False)


@contextmanager
def started(
    folder: Path, services: Sequence[Service], endpoints: Sequence[Endpoint], events: list[Event]
) -> Iterator[Stack]:
    fill = functools.partial(launch.resolve, project=folder, environment=os.environ)
    probers = Probers(sql=postgres_probe.answer, redis=redis_probe.answer)
    with (
        ledger.opened(folder / "state", nonce="nonce", emit=lambda _: None) as book,
        stack.opened(Tools(External(endpoints), fill, probers, book)) as running,
    ):
        running.ensure(services, emit=events.append)
        yield running


def test_it_is_probed_named_and_left_running(tmp_path: Path, postgres_server: Endpoint, redis_server: Endpoint) -> None:
    endpoints = [
        dataclasses.replace(postgres_server, name="db"),
        dataclasses.replace(redis_server, name="cache"),
        Endpoint("media", path=tmp_path),
    ]
    events: list[Event] = []
    with started(tmp_path, (DB, CACHE, MEDIA), endpoints, events) as running:
        assert running.check() == ()
        assert running.logs == {}
    assert {each.service: each.what for each in events if isinstance(each, ServiceReady)} == {
        "db": "external, database app",
        "cache": "external, database 0",
        "media": "external",
    }
    assert postgres_server.host
    with psycopg.connect(postgres_server.host.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_one_that_does_not_answer_is_told_with_who_runs_it_and_what_was_asked(tmp_path: Path) -> None:
    web = Service("web", Command(("serve",), tmp_path), ready=(HttpProbe("/health/"),), within=0.1)
    address = Address("https", ports.LOOPBACK, ports.lease())
    with (
        pytest.raises(ServiceFailed) as failure,
        started(tmp_path, [web], [Endpoint("web", host=address, mesh=address)], []),
    ):
        pass
    assert str(failure.value) == (
        'Service "web" did not answer as it should within 0.1 s. '
        "Waited for status 200 for GET /health/; the last answer was: connection refused. "
        "It is external, so somebody else runs it: look there, or correct external.web."
    )


def test_what_only_an_owner_may_do_it_cannot() -> None:
    runtime: Runtime = External(())
    owned = {name for name in vars(Owner) if not name.startswith("_")}
    assert owned >= {"command", "keep", "put_back"}
    assert owned.isdisjoint(dir(runtime))
