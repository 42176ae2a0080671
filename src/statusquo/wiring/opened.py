"""A lane as its client works with it: its stores opened, the baseline it goes back to taken up again. For the doors."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from statusquo.config import Config
from statusquo.core.baseline import Baseline
from statusquo.core.endpoint import Endpoint
from statusquo.core.lane import Lane
from statusquo.core.protocols import Emit
from statusquo.rewind.rewinder import Rewinder
from statusquo.rewind.verify import Verifier
from statusquo.wiring import storage
from statusquo.wiring.storage import AnyStore

LAYER = "baseline"


@dataclass(frozen=True, slots=True)
class Opened:
    """The stores of a lane, and the rewinder that goes through them."""

    endpoints: Mapping[str, Endpoint]
    stores: tuple[AnyStore, ...]
    """In the order in which they are put back."""
    rewinder: Rewinder


@contextmanager
def open_stores(
    config: Config, lane: Lane, *, emit: Emit = lambda event: None, verifier: Verifier | None = None
) -> Iterator[Opened]:
    """The stores of *lane* that run, with its baseline as the one layer; reads and writes nothing yet.

    Raises StoreError, GuardError.
    """
    scratch = lane.folder / "scratch" / secrets.token_hex(4)
    with ExitStack() as undo:
        stores: list[AnyStore] = []
        baselines: list[Baseline] = []
        for settings in config.stores:
            endpoint = lane.endpoints.get(settings.name)
            if endpoint is None:  # nobody needed it
                continue
            store = storage.open_store(
                settings, endpoint, nonce=lane.nonce, scratch=scratch / settings.name, rewind=config.rewind
            )
            undo.callback(store.close)
            stores.append(store)
            baselines.append(store.resume(lane.roots / settings.name))
        rewinder = Rewinder(stores, emit=emit, clock=time.perf_counter, verifier=verifier)
        rewinder.resume(LAYER, baselines)
        yield Opened(lane.endpoints, tuple(stores), rewinder)
