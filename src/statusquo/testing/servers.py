"""A PostgreSQL or a Redis of one's own for the length of a ``with`` block, run by the native runtime.

STATUSQUO_TEST_POSTGRES_BIN names a folder of PostgreSQL's executables to use, of whatever version.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from statusquo.core import guard
from statusquo.core.endpoint import Address, Endpoint
from statusquo.core.errors import ServiceFailed
from statusquo.core.known import Known, Program
from statusquo.core.protocols import Running
from statusquo.core.service import Postgres, Redis, RedisProbe, Service, SqlProbe
from statusquo.runtimes import leftovers, scratch
from statusquo.runtimes.native import Native
from statusquo.services import catalog, found
from statusquo.services.postgres import probe as postgres_probe
from statusquo.services.postgres.server import PostgresServer
from statusquo.services.redis import probe as redis_probe
from statusquo.stack import ledger

SECONDS = 30.0


@contextmanager
def postgres(
    folder: Path,
    *,
    provider: str = "",
    database: str = "app",
    extensions: tuple[str, ...] = (),
    settings: Mapping[str, str] | None = None,
) -> Iterator[Endpoint]:
    """A PostgreSQL whose state lives below *folder*; *provider* (``embedded``, ``celerp``, ``machine``) picks one.

    ``endpoint.host`` is the owner of an empty database, ``endpoint.admin`` the superuser in ``postgres``; *settings*
    are the server's, laid over ours.
    """
    spec = Postgres(database, extensions=extensions, settings=tuple((settings or {}).items()))
    service = Service("postgres", spec)
    with _server(service, folder, provider, lambda address: postgres_probe.answer(address, SqlProbe())) as endpoint:
        yield endpoint


@contextmanager
def redis(folder: Path) -> Iterator[Endpoint]:
    """A Redis or Valkey whose files, if it writes any, go below *folder*."""
    service = Service("redis", Redis())
    with _server(service, folder, "", lambda address: redis_probe.answer(address, RedisProbe())) as endpoint:
        yield endpoint


@contextmanager
def _server(service: Service, folder: Path, provider: str, ask: Callable[[Address], str]) -> Iterator[Endpoint]:
    """The server, on record where the next one to be started finds it if this process is killed."""
    state = scratch.ensure_folder(f"servers-{os.geteuid()}")
    ledger.sweep(state, end=leftovers.end, emit=lambda _: None)
    known = _known(os.environ, provider)
    with ledger.opened(state, nonce=guard.new_nonce(), emit=lambda _: None) as book, ExitStack() as undo:
        undo.callback(scratch.remove, book.record.run)
        running = undo.enter_context(Native(folder, book.record.run, known=known).running(service, None))
        book.started(service.name, running)
        _wait(running, ask)
        yield running.endpoint


def _known(environment: Mapping[str, str], provider: str) -> Callable[[Service], Known | None]:
    chain = catalog.known(environment, postgres_provider=provider)
    named = environment.get("STATUSQUO_TEST_POSTGRES_BIN")
    if not named:
        return chain
    folder = Path(named)

    def program(_: Postgres) -> Program:
        what = found.ask(str(folder / "postgres"), "--version")
        return Program(what, what.split()[-1], folder / "postgres", (folder.parent,), refuses_root=True)

    def of(service: Service) -> Known | None:
        spec = service.spec
        return PostgresServer(service.name, spec, program) if isinstance(spec, Postgres) else chain(service)

    return of


def _wait(running: Running, ask: Callable[[Address], str]) -> None:
    deadline = time.monotonic() + SECONDS
    while running.endpoint.host and (complaint := ask(running.endpoint.host)):
        if running.exit_code() is not None or time.monotonic() > deadline:
            raise ServiceFailed("The server did not start.", why=complaint, next=f"Its log: {running.log}.")
        time.sleep(0.02)
