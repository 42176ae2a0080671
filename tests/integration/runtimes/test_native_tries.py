"""When a known server gives up at once: which of its last words earn it another try."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from statusquo.core.endpoint import Address, Endpoint
from statusquo.core.known import Again, Boot, Place, Program
from statusquo.core.ports import LOOPBACK
from statusquo.core.service import Postgres, Redis, Service
from statusquo.runtimes import servers
from statusquo.runtimes.native import Native
from statusquo.services.postgres.server import PostgresServer
from statusquo.services.redis.server import RedisServer

pytestmark = pytest.mark.integration

MOODY = """
import pathlib, socket, sys, time
port, failures, words = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
tries = pathlib.Path("{tries}")
with tries.open("a") as file:
    file.write(f"{port}\\n")
if len(tries.read_text().split()) <= failures:
    sys.exit(words)
server = socket.create_server(("127.0.0.1", port))
time.sleep(60)
"""


@dataclass
class Moody:
    """A server that gives up with the same *words* a number of times before it listens."""

    tries: Path
    failures: int
    words: str

    def program(self) -> Program:
        return Program("Moody 1", "1", Path(sys.executable))

    def endpoint(self, place: Place) -> Endpoint:
        return Endpoint("moody", host=Address("tcp", LOOPBACK, place.port))

    def boot(self, program: Program, place: Place) -> Boot:
        code = MOODY.replace("{tries}", str(self.tries))
        return Boot((str(program.path), "-c", code, str(place.port), str(self.failures), self.words), env=())

    def again(self, log: str) -> Again | None:
        return {"taken": Again.PORT_TAKEN, "busy": Again.TOO_SOON}.get(log.strip())

    @property
    def ports(self) -> list[int]:
        """The port of each try."""
        return [int(line) for line in self.tries.read_text().split()]


SERVICE = Service("moody", Redis(), patience=0.5)


def test_a_port_that_is_taken_between_lease_and_bind_is_replaced(tmp_path: Path) -> None:
    moody = Moody(tmp_path / "tries", 2, "taken")
    native = Native(tmp_path, "run", known=lambda _: moody)
    first = native.address(SERVICE).host
    with native.running(SERVICE, None) as running:
        assert running.exit_code() is None
        assert len(set(moody.ports)) == 3
        assert first
        assert moody.ports[0] == first.port
        assert running.endpoint.host == Address("tcp", LOOPBACK, moody.ports[-1])
        assert native.address(SERVICE) == running.endpoint


def test_after_three_other_ports_it_is_left_to_the_readiness_probe_to_say_so(tmp_path: Path) -> None:
    moody = Moody(tmp_path / "tries", 9, "taken")
    with Native(tmp_path, "run", known=lambda _: moody).running(SERVICE, None) as running:
        assert running.exit_code() == 1
    assert len(moody.ports) == 1 + servers.PORT_TRIES


def test_a_predecessor_that_is_still_leaving_is_waited_for_on_the_same_port(tmp_path: Path) -> None:
    moody = Moody(tmp_path / "tries", 2, "busy")
    with Native(tmp_path, "run", known=lambda _: moody).running(SERVICE, None) as running:
        assert running.exit_code() is None
    assert len(moody.ports) == 3
    assert len(set(moody.ports)) == 1


def test_any_other_last_words_earn_no_other_try(tmp_path: Path) -> None:
    moody = Moody(tmp_path / "tries", 9, "bad configuration")
    with Native(tmp_path, "run", known=lambda _: moody).running(SERVICE, None) as running:
        assert running.exit_code() == 1
    assert len(moody.ports) == 1


def test_the_last_words_of_postgres_and_redis_are_known() -> None:
    program = Program("Any 1", "1", Path("any"))
    postgres = PostgresServer("db", Postgres("app"), lambda _: program)
    redis = RedisServer("cache", Redis(), lambda: program)
    bind = 'LOG:  could not bind IPv4 address "127.0.0.1": Address already in use'
    shared = "FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use"
    lock = 'FATAL:  lock file "postmaster.pid" already exists'
    assert [postgres.again(log) for log in (bind, shared, lock)] == [Again.PORT_TAKEN, Again.TOO_SOON, Again.TOO_SOON]
    assert postgres.again("FATAL:  other") is None
    warning = "# Warning: Could not create server TCP listening socket 127.0.0.1:1: bind: Address already in use"
    assert [redis.again(log) for log in (warning, "other")] == [Again.PORT_TAKEN, None]
