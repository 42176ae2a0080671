"""One lane while it runs: own databases in the base's servers, own Redis, folders and processes. The supervisor's.

A lane is filled once, when it is opened, and each store's baseline is saved below the run's folder: whoever leases the
lane takes that up and rewinds to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from statusquo.config import StoreSettings
from statusquo.core import guard
from statusquo.core.endpoint import Endpoint
from statusquo.core.lane import Lane, LaneService
from statusquo.core.protocols import Emit, Running
from statusquo.core.service import Launch, Service
from statusquo.runtimes.shared import Shared
from statusquo.stack import ledger, stack
from statusquo.stack.ledger import Ledger
from statusquo.stack.stack import Died
from statusquo.stack.starter import Tools
from statusquo.wiring import baseline, code, rooms, storage
from statusquo.wiring.base import Base
from statusquo.wiring.rooms import Rooms

_ROOTS = "roots"


class OpenLane:
    """A lane whose services can be started, replaced and started again."""

    def __init__(self, adapters: Rooms, base: Base, number: int, *, book: Ledger, undo: ExitStack) -> None:
        self._adapters = adapters
        self._base = base
        self._number = number
        self._book = book
        self._joined: set[str] = set()
        self._crashed: frozenset[str] = frozenset()
        self._databases = undo.enter_context(ExitStack())  # they go when nobody is connected any more
        self._own = adapters.runtime(book.folder, book.record.run)
        undo.enter_context(rooms.cleared(self._own))
        kept = [each for each in baseline.servers(adapters.config) if each not in base.asked]
        baseline.put_servers_back(kept, base.kept, self._own)
        tools = Tools(
            Shared(self._own, lambda: base.servers.services, lane=number, join=self._join),
            self._fill_in,
            adapters.probers,
            book,
            self._prepare,
            code.of_service,
        )
        self._stack = undo.enter_context(stack.opened(tools))

    @property
    def value(self) -> Lane:
        """The lane as it is now."""
        services = tuple(
            LaneService(name, running.what, running.endpoint, running.pid, running.log)
            for name, running in self._stack.services.items()
        )
        record, folder = self._book.record, self._book.folder
        return Lane(record.run, self._number, record.nonce, folder, folder / _ROOTS, services)

    def ensure(self, adapters: Rooms, names: Iterable[str] | None, *, emit: Emit) -> None:
        """Have the named services, or all, run as *adapters*' configuration asks. Raises as ``Stack.ensure``."""
        self._adapters = adapters
        if died := [each.service for each in self.check()]:
            self.restart(died, emit=emit)
        self._stack.ensure(adapters.config.services, names, emit=emit)

    def launch(self, service: str, argv: tuple[str, ...]) -> Launch:
        """What to start on this machine to have *argv* run as *service* is run here, if it runs or not.

        A service that is needed and does not run is named by the address that it would have. Raises ConfigError.
        """
        config = self._adapters.config
        asked = config.service(service)
        would_be = {each.name: self._own.address(each) for each in config.services}
        return self._own.command(asked, self._fill_in(asked, argv, {**would_be, **self._stack.endpoints}))

    def check(self) -> tuple[Died, ...]:
        """The services that have died."""
        return self._stack.check()

    def restart(self, names: Iterable[str], *, emit: Emit) -> None:
        """Stop the named services and those that need them, and start all of these again, in order."""
        self._crashed = frozenset(died.service for died in self.check())
        stopped = self._stack.stop(names, emit=emit)
        self._base.revive(emit=emit)
        self._stack.ensure(self._adapters.config.services, stopped, emit=emit)

    def _fill_in(self, service: Service, argv: tuple[str, ...], endpoints: Mapping[str, Endpoint]) -> Launch:
        """The command as the configuration of the lane's present lease has it."""
        return self._adapters.fill(service, argv, endpoints)

    def _join(self, endpoint: Endpoint) -> None:
        """Have the lane's own database in a server that lanes share; the first lane's is there from the beginning."""
        if self._number > 1 and endpoint.name not in self._joined:
            settings = self._settings(endpoint.name)
            storage.create_database(settings, endpoint)
            self._joined.add(endpoint.name)
            self._databases.callback(storage.drop_database, settings, endpoint, nonce=self._book.record.nonce)

    def _prepare(self, service: Service, running: Running) -> None:
        """Fill the store of *service*, if it has one, before others may count on it."""
        if any(each.name == service.name for each in self._adapters.config.stores):
            self._fill(self._settings(service.name), running)

    def _settings(self, name: str) -> StoreSettings:
        return next(each for each in self._adapters.config.stores if each.name == name)

    def _fill(self, settings: StoreSettings, running: Running) -> None:
        """Have the store hold the baseline, and save what a client needs to go back to it."""
        endpoint, roots = running.endpoint, self._book.folder / _ROOTS / settings.name
        if roots.exists():
            self._refill(settings, endpoint, roots)
            return
        with closing(
            storage.open_marked(settings, endpoint, book=self._book, rewind=self._adapters.config.rewind)
        ) as store:
            baseline.put_content_back(settings, self._base.kept, store)
            roots.mkdir(parents=True)
            store.save(store.capture(), roots)

    def _refill(self, settings: StoreSettings, endpoint: Endpoint, roots: Path) -> None:
        """Put back a store that was started again, if it began empty or crashed; any other holds what it held.

        A database that crashed takes a swap, which ends connections: so before the application has one.
        """
        nonce, scratch = self._book.record.nonce, self._book.folder / "scratch" / settings.name
        if settings.kind == "redis":
            storage.write_mark(settings, endpoint, nonce)
        elif settings.name not in self._crashed:
            return
        rewind = self._adapters.config.rewind
        with closing(storage.open_store(settings, endpoint, nonce=nonce, scratch=scratch, rewind=rewind)) as store:
            store.rewind(store.resume(roots))


@contextmanager
def open_lane(adapters: Rooms, base: Base, number: int, *, emit: Emit) -> Iterator[OpenLane]:
    """A lane on *base* with nothing started; at the end all of it is stopped and removed."""
    nonce = guard.new_nonce()
    with ledger.opened(adapters.config.state, nonce=nonce, emit=emit) as book, ExitStack() as undo:
        yield OpenLane(adapters, base, number, book=book, undo=undo)
