"""A started container, as the stack sees it. ``runtime`` makes one for each."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from pathlib import Path

from docker.models.containers import Container

from statusquo.core.endpoint import Address, Endpoint
from statusquo.runtimes.compose import engine
from statusquo.runtimes.compose.follower import Follower

SECONDS_OF_LAST_WORDS = 5.0

SECONDS_OF_DOUBT = 0.2
"""The engine's proxy accepts a connection before it knows whether the container does; then it closes it again."""


@dataclass(slots=True)
class ComposeRunning:
    """A container that was started, or a folder; a one-shot container has not died when it has ended well."""

    endpoint: Endpoint
    what: str
    log: Path | None = None
    container: Container | None = None
    follower: Follower | None = None
    is_oneshot: bool = False
    port: Address | None = None
    """What has to accept connections, if a connection is all that is asked for."""
    is_released: bool = False

    @property
    def pid(self) -> int | None:
        """None: what the engine has started is not ours to signal."""
        return None

    @property
    def is_up(self) -> bool:
        """Whether its container runs."""
        return self.follower is not None and self.follower.code is None

    def exit_code(self) -> int | None:
        """``None`` while it lives; negative for a signal."""
        code = self.follower.code if self.follower else None
        return None if code == 0 and self.is_oneshot else code

    def missing(self) -> str:
        """A health check that does not hold, or the end of a one-shot container."""
        if self.container is None or not (self.is_up or self.is_oneshot):
            return ""
        if self.is_oneshot:
            return "its end, which others depend on, and it still runs" if self.is_up else ""
        if self.port and not _stays_open(self.port):
            return "a connection to its port; the engine accepts it and the container does not"
        return engine.health(self.container)

    def release(self) -> None:
        """Leave it running when its context ends."""
        self.is_released = True

    def close(self, patience: float) -> None:
        """Stop it, killing it *patience* seconds later, unless it was released or has ended."""
        if self.container and self.follower and not self.is_released:
            if self.is_up:
                self.container.stop(timeout=max(1, round(patience)))
            self.follower.join(SECONDS_OF_LAST_WORDS)


def _stays_open(address: Address) -> bool:
    """Whether a connection is neither refused nor closed at once."""
    try:
        with socket.create_connection((address.host, address.port), timeout=SECONDS_OF_DOUBT) as connection:
            return connection.recv(1) != b""
    except TimeoutError:
        return True
    except OSError:
        return False
