"""The runtime of a lane: servers that run already are used with a database of the lane's own, the rest is its own.

The wiring lays it over the runtime that starts the lane's own services.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from statusquo.core.endpoint import Address, Endpoint
from statusquo.core.protocols import Running, Runtime
from statusquo.core.service import Launch, Service


@dataclass(frozen=True, slots=True)
class SharedRunning:
    """A server that lanes share, as one of them sees it; it outlives the lane."""

    server: Running
    endpoint: Endpoint

    @property
    def what(self) -> str:
        """The program and its version."""
        return self.server.what

    @property
    def log(self) -> Path | None:
        """The log of the server, of all lanes together."""
        return self.server.log

    @property
    def pid(self) -> int | None:
        """The server's process."""
        return self.server.pid

    def exit_code(self) -> int | None:
        """``None`` while the server lives."""
        return self.server.exit_code()

    def missing(self) -> str:
        """What the server's own runtime waits for."""
        return self.server.missing()


class Shared:
    """The services of *servers* as they are when asked; every other one by way of *own*."""

    def __init__(
        self, own: Runtime, servers: Callable[[], Mapping[str, Running]], *, lane: int, join: Callable[[Endpoint], None]
    ) -> None:
        self._own = own
        self._servers = servers
        self._lane = lane
        self._join = join
        """Has the lane's own database there before anybody asks for it."""

    def complete(self, services: Sequence[Service]) -> tuple[Service, ...]:
        """As the runtime of the lane's own services has it."""
        return self._own.complete(services)

    def address(self, service: Service) -> Endpoint:
        """Where *service* will answer."""
        server = self._servers().get(service.name)
        return self._in_lane(server.endpoint) if server else self._own.address(service)

    def running(self, service: Service, launch: Launch | None) -> AbstractContextManager[Running]:
        """Start *service* and stop it at the end, unless it is a server that runs already."""
        server = self._servers().get(service.name)
        return self._joined(server) if server else self._own.running(service, launch)

    @contextmanager
    def _joined(self, server: Running) -> Iterator[Running]:
        endpoint = self._in_lane(server.endpoint)
        self._join(endpoint)
        yield SharedRunning(server, endpoint)

    def _in_lane(self, endpoint: Endpoint) -> Endpoint:
        def own(address: Address | None) -> Address | None:
            return dataclasses.replace(address, name=database(address.name, self._lane)) if address else None

        return dataclasses.replace(endpoint, host=own(endpoint.host), mesh=own(endpoint.mesh))


def database(name: str, lane: int) -> str:
    """What the database *name* of the configuration is called in a lane."""
    return name if lane == 1 else f"{name}_lane{lane}"
