"""What lanes stand on: a baseline that is kept, and the database servers that run from it. The supervisor holds it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from statusquo.baselines.cache import Kept
from statusquo.config import Config, folders
from statusquo.core import guard
from statusquo.core.events import RunShared
from statusquo.core.protocols import Emit
from statusquo.core.service import Service
from statusquo.stack import ledger, stack
from statusquo.stack.stack import Stack
from statusquo.stack.starter import Tools
from statusquo.wiring import baseline, leavings
from statusquo.wiring.rooms import Rooms


@dataclass(frozen=True, slots=True)
class Base:
    """A baseline whose servers run."""

    kept: Kept
    servers: Stack
    asked: tuple[Service, ...]
    """The services of *servers*."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def revive(self, *, emit: Emit) -> None:
        """Start the servers again that have died; whichever lane comes first does it. Raises ServiceFailed."""
        with self.lock:
            self.servers.stop([died.service for died in self.servers.check()], emit=emit)
            self.servers.ensure(self.asked, emit=emit)


@contextmanager
def open_base(adapters: Rooms, *, emit: Emit) -> Iterator[Base]:
    """Have the baseline that the configuration asks for, and start its database servers; stop them at the end.

    Raises MissingProgram, ServiceFailed, RecipeFailed, StoreError; whatever was started is stopped by then.
    """
    config = adapters.config
    sweep(config, emit=emit)
    with ledger.opened(config.state, nonce=guard.new_nonce(), emit=emit) as book:
        kept = baseline.ensure(adapters, emit=emit)
        runtime = adapters.runtime(book.folder, book.record.run)
        common = shared(config)
        baseline.put_servers_back(common, kept, runtime)
        with stack.opened(Tools(runtime, adapters.fill, adapters.probers, book)) as servers:
            servers.ensure(common, emit=emit)
            emit(RunShared(book.record.run))
            yield Base(kept, servers, common)


def shared(config: Config) -> tuple[Service, ...]:
    """The services whose servers all lanes share; those in containers are the lane's own, as its network is."""
    return baseline.servers(config) if config.platform == "native" else ()


def sweep(config: Config, *, emit: Emit) -> None:
    """Remove what runs left behind whose supervisor was killed. Raises ConfigError if the state cannot be written."""
    ledger.sweep(folders.writable(config), end=leavings.end(config.state), emit=emit)


def end_run(state: Path, run: str) -> None:
    """End all that a run has started, as if by accident: whoever starts it meets the failure and cleans up."""
    leavings.end(state)(run, ())
