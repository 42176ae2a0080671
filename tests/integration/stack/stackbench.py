"""What the wiring hands to ``stack.start``, for one test, and small Python programs as services."""

from __future__ import annotations

import functools
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import psycopg

from statusquo.core import processes
from statusquo.core.endpoint import Endpoint
from statusquo.core.events import Event
from statusquo.core.service import Command, Probe, Service
from statusquo.runtimes import process
from statusquo.runtimes.native import Native
from statusquo.services import catalog
from statusquo.services.postgres import probe as postgres_probe
from statusquo.services.redis import probe as redis_probe
from statusquo.stack import launch, ledger, stack
from statusquo.stack.ledger import Ledger
from statusquo.stack.probes import Probers
from statusquo.stack.stack import Stack
from statusquo.stack.starter import Prepare, Tools
from tests.waiting import PATIENCE

Seen = TypeVar("Seen")

WEB = """
import http.server, sys
address = ("127.0.0.1", int(sys.argv[1]))
http.server.ThreadingHTTPServer(address, http.server.SimpleHTTPRequestHandler).serve_forever()
"""
"""A web server on the port that it is given."""

FOREVER = "import time\nwhile True: time.sleep(1)"


@dataclass(frozen=True, slots=True)
class Bench:
    """One run: its folder, its ledger, its runtime, and the events it emitted."""

    state: Path
    project: Path
    ledger: Ledger
    runtime: Native
    events: list[Event] = field(default_factory=list)

    @contextmanager
    def start(self, *services: Service, prepare: Prepare = lambda *_: None) -> Iterator[Stack]:
        """Start the services as a stack."""
        tools = Tools(
            self.runtime,
            functools.partial(launch.resolve, project=self.project, environment=os.environ),
            Probers(sql=postgres_probe.answer, redis=redis_probe.answer),
            self.ledger,
            prepare,
        )
        with stack.opened(tools) as running:
            running.ensure(services, emit=self.events.append)
            yield running


@contextmanager
def opened(folder: Path) -> Iterator[Bench]:
    """A run whose state is below *folder*."""
    with ledger.opened(folder / "state", nonce="nonce", emit=lambda _: None) as book:
        native = Native(book.folder, book.record.run, known=catalog.known(os.environ))
        yield Bench(folder / "state", folder, book, native)


def python(
    name: str, code: str, *words: str, needs: Sequence[str] = (), ready: Sequence[Probe] = (), **env: str
) -> Service:
    """A service that runs a Python program given as text; a longer wait than a second is a test that hangs."""
    command = Command((sys.executable, "-u", "-c", code, *words), Path.cwd(), tuple(env.items()))
    return Service(
        name, command, needs=tuple(needs), ready=tuple(ready), within=20.0, patience=0.5, listens="{port}" in words
    )


@contextmanager
def thief(bench: Bench, service: Service) -> Iterator[int]:
    """Take the port that was leased for *service*; yields it."""
    address = bench.runtime.address(service).host
    assert address
    with socket.create_server(("127.0.0.1", address.port)):
        yield address.port


def connect(endpoint: Endpoint) -> psycopg.Connection:
    """A connection to a postgres service as its owner."""
    assert endpoint.host
    return psycopg.connect(endpoint.host.url, autocommit=True)


def soon(look: Callable[[], Seen]) -> Seen:
    """What *look* sees as soon as it sees something; a failure after two minutes."""
    deadline = time.monotonic() + PATIENCE
    while not (seen := look()):
        assert time.monotonic() < deadline, "nothing to be seen"
        time.sleep(0.02)
    return seen


def processes_of(run: str) -> list[int]:
    """The processes that carry the label of a run."""
    return [one.pid for one in process.labelled(processes.label(run))]
