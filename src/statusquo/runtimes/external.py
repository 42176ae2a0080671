"""Services that somebody else runs: they are where the configuration says, and nothing is ever started or stopped.

The wiring makes one ``External`` for a run and hands it to the stack, which probes what it gives. There is no
``command``, no ``keep`` and no ``put_back`` here (``core.protocols.Owner``): a stack that is not ours is never built.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from statusquo.core.endpoint import Endpoint
from statusquo.core.protocols import Running
from statusquo.core.service import Launch, Service


@dataclass(frozen=True, slots=True)
class ExternalRunning:
    """A service that is there without us."""

    endpoint: Endpoint

    @property
    def what(self) -> str:
        """Which database of the server it is; where it answers is shown beside."""
        name = self.endpoint.host.name if self.endpoint.host else ""
        return f"external, database {name}" if name else "external"

    @property
    def whose(self) -> str:
        """Who runs it."""
        return f"It is external, so somebody else runs it: look there, or correct external.{self.endpoint.name}."

    @property
    def log(self) -> Path | None:
        """``None``: what it prints goes to those who run it."""
        return None

    @property
    def pid(self) -> int | None:
        """``None``: it may be on another machine."""
        return None

    def exit_code(self) -> int | None:
        """``None``: whether it lives is for its probes to say."""
        return None

    def missing(self) -> str:
        """Nothing that we could see."""
        return ""


class External:
    """The runtime of a stack that somebody else runs, given where each of its services is."""

    def __init__(self, endpoints: Sequence[Endpoint]) -> None:
        self._endpoints: Mapping[str, Endpoint] = {each.name: each for each in endpoints}

    def complete(self, services: Sequence[Service]) -> tuple[Service, ...]:
        """The services themselves."""
        return tuple(services)

    def address(self, service: Service) -> Endpoint:
        """Where the configuration says that *service* is."""
        return self._endpoints[service.name]

    @contextmanager
    def running(self, service: Service, _launch: Launch | None) -> Iterator[Running]:
        """*service* as it is, before and after."""
        yield ExternalRunning(self.address(service))
