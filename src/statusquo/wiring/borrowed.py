"""The one lane of a stack that somebody else runs: asked whether it is there, rewound, and otherwise left alone.

The supervisor leases it out as it does lanes of its own. Its nonce and its roots are those that were adopted.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from statusquo.config import Config
from statusquo.core import fingerprint
from statusquo.core.endpoint import Endpoint
from statusquo.core.errors import Busy, ConfigError
from statusquo.core.lane import Lane, LaneService
from statusquo.core.protocols import Emit
from statusquo.core.service import Command, Launch, Service
from statusquo.runtimes.external import External
from statusquo.stack import ledger, stack
from statusquo.stack.ledger import Ledger
from statusquo.stack.probes import Fill
from statusquo.stack.stack import Died, Stack
from statusquo.stack.starter import Tools
from statusquo.wiring import adopted, base
from statusquo.wiring.adopted import Adopted
from statusquo.wiring.rooms import Rooms


class BorrowedLane:
    """A lane in which nothing is started, stopped or filled."""

    def __init__(self, consent: Adopted, services: Stack, book: Ledger) -> None:
        self._consent = consent
        self._services = services
        self._book = book

    @property
    def value(self) -> Lane:
        """The lane as it is now."""
        running = self._services.services.items()
        services = tuple(LaneService(name, one.what, one.endpoint) for name, one in running)
        folder, consent = self._book.folder, self._consent
        return Lane(self._book.record.run, 1, consent.nonce, folder, consent.roots, services)

    def ensure(self, adapters: Rooms, names: Iterable[str] | None, *, emit: Emit) -> None:
        """Ask the named services, or all that the configuration says where to find.

        Raises ServiceFailed; GuardError when the stack is not adopted any more.
        """
        self._consent = adopted.read(adapters.config)
        present = _present(adapters.config)
        known = [each.name for each in present if names is None or each.name in set(names)]
        self._services.stop(tuple(self._services.services), emit=lambda event: None)  # all are asked anew
        self._services.ensure(present, known, emit=emit)

    def check(self) -> tuple[Died, ...]:
        """Whether they live is not ours to see."""
        return ()

    def restart(self, names: Iterable[str], *, emit: Emit) -> None:
        """Refuse. Raises ConfigError."""
        raise _not_ours(f"{', '.join(names)} cannot be started again")

    def launch(self, service: str, argv: tuple[str, ...]) -> Launch:
        """Refuse. Raises ConfigError."""
        raise _not_ours(f"{' '.join(argv)} cannot be run where {service} runs")


@contextmanager
def borrow(adapters: Rooms, number: int, *, emit: Emit) -> Iterator[BorrowedLane]:
    """The external stack of the configuration, once at a time. Raises GuardError if it is not adopted, Busy."""
    config = adapters.config
    consent = adopted.read(config)
    if number > 1:
        raise Busy(
            f'The external stack "{config.name}" is in use, and it is there only once.',
            next="Wait until the other run is done; with pytest-xdist, run without -n.",
        )
    for service in config.services:
        adapters.require_driver(service)
    base.sweep(config, emit=emit)
    with ledger.opened(config.state, nonce="", emit=emit) as book:
        tools = Tools(External(config.external), _fill(adapters), adapters.probers, book)
        with stack.opened(tools) as services:
            yield BorrowedLane(consent, services, book)


def borrowed_identity(config: Config) -> str:
    """What tells one external stack from another. Raises GuardError if it is not adopted."""
    return fingerprint.of_value([adopted.read(config).nonce, [dataclasses.asdict(each) for each in config.external]])


def _not_ours(what: str) -> ConfigError:
    return ConfigError(
        f"{what}: the stack is external, so somebody else runs it.",
        next="Have it done there, or run the stack yourself: --set stack.platform=native.",
    )


def _present(config: Config) -> tuple[Service, ...]:
    """The services that the configuration says where to find, with needs among themselves only."""
    found = {each.name for each in config.external}
    return tuple(
        dataclasses.replace(each, needs=tuple(need for need in each.needs if need in found))
        for each in config.services
        if each.name in found
    )


def _fill(adapters: Rooms) -> Fill:
    """Fill in the commands of probes; that of a service itself stays as it is, for nobody starts it."""

    def fill(service: Service, argv: tuple[str, ...], endpoints: Mapping[str, Endpoint]) -> Launch:
        if isinstance(service.spec, Command) and argv == service.spec.argv:
            return Launch(argv, service.spec.cwd)
        return adapters.fill(service, argv, endpoints)

    return fill
