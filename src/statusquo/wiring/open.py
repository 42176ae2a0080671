"""A stack for the length of a ``with`` block, loaded and with its stores open. The pytest plugin holds one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from statusquo.baselines.cache import Kept
from statusquo.config import Config
from statusquo.core import guard
from statusquo.core.endpoint import Endpoint
from statusquo.core.protocols import Emit, Running
from statusquo.core.service import Service
from statusquo.runtimes import interrupts
from statusquo.stack import ledger, stack
from statusquo.stack.ledger import Ledger
from statusquo.stack.stack import Died, Stack
from statusquo.wiring import baseline, leavings, rooms, state, storage
from statusquo.wiring.storage import AnyStore


@dataclass(frozen=True, slots=True)
class OpenStack:
    """A running stack with its baseline loaded and its stores open; nothing is captured yet."""

    config: Config
    stores: tuple[AnyStore, ...]
    """In the order in which they are put back."""
    folder: Path
    """The run's folder, which goes with the run."""
    running: Stack

    @property
    def endpoints(self) -> Mapping[str, Endpoint]:
        """Where each service answers."""
        return self.running.endpoints

    @property
    def logs(self) -> Mapping[str, Path]:
        """The log of each service that has one."""
        return self.running.logs

    def check(self) -> tuple[Died, ...]:
        """The services that have died since they were ready."""
        return self.running.check()


@contextmanager
def open_stack(config: Config, *, environ: Mapping[str, str], emit: Emit) -> Iterator[OpenStack]:
    """Bring the stack up, its stores as the recipe left them; stop everything at the end.

    What earlier runs left behind is removed first. Raises ConfigError, MissingProgram, ServiceFailed, RecipeFailed,
    StoreError; whatever was started is stopped by then.
    """
    adapters = rooms.rooms(config, environ)
    ledger.sweep(state.writable(config), end=leavings.end(config.state), emit=emit)
    with interrupts.inherited_as_default(), ledger.opened(config.state, nonce=guard.new_nonce()) as book:
        kept = baseline.ensure(adapters, emit=emit)
        runtime = adapters.runtime(book.folder, book.record.run)
        loader = _Loader(config, kept, book)
        with rooms.cleared(runtime, book), closing(loader):
            baseline.put_servers_back(adapters, kept, runtime)
            with stack.start(
                config.services,
                runtime,
                fill=adapters.fill,
                probers=adapters.probers,
                emit=emit,
                ledger=book,
                prepare=loader.load,
            ) as running:
                stores = tuple(loader.stores[settings.name] for settings in config.stores)
                yield OpenStack(config, stores, book.folder, running)


class _Loader:
    """Opens the store in each service as soon as it is ready, and fills it before others may count on it."""

    def __init__(self, config: Config, kept: Kept, book: Ledger) -> None:
        self.stores: dict[str, AnyStore] = {}
        self._settings = {settings.name: settings for settings in config.stores}
        self._rewind = config.rewind
        self._kept = kept
        self._book = book

    def load(self, service: Service, running: Running) -> None:
        """Open and fill the store of *service*, if it has one. Called from the thread that waited for it."""
        settings = self._settings.get(service.name)
        if settings is not None:
            store = storage.open_marked(settings, running.endpoint, book=self._book, rewind=self._rewind)
            self.stores[settings.name] = store
            baseline.put_content_back(settings, self._kept, store)

    def close(self) -> None:
        """Close every store that was opened; their servers may be gone already."""
        for store in self.stores.values():
            store.close()
