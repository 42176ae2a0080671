"""The stores of the stack that was left running, for the commands that look into them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from statusquo import wiring
from statusquo.config import Config
from statusquo.supervisor import client
from statusquo.wiring import Opened


@contextmanager
def opened(config: Config, *, what: str) -> Iterator[Opened]:
    """All stores, which nobody else has meanwhile. Raises NoStack, Busy, StoreError; ServiceFailed if one is dead."""
    with client.attached(config, what=what) as lease:
        lease.require([each.name for each in config.stores])
        with wiring.open_stores(config, lease.lane) as stores:
            yield stores
