"""What the rooms promise one another. Engines use these; adapters implement them; neither imports the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol, runtime_checkable

from statusquo.core.baseline import Baseline, Rewound
from statusquo.core.diff import Diff
from statusquo.core.endpoint import Endpoint
from statusquo.core.events import Event
from statusquo.core.service import Launch, Service

Emit = Callable[[Event], None]
"""Where a room sends its facts."""


class Store(Protocol):
    """A place where state lives and can go back. Its laws are a test suite: ``statusquo.testing.contract``.

    A store is used from one thread at a time.
    """

    @property
    def name(self) -> str:
        """The store's name in the configuration."""

    def capture(self) -> Baseline:
        """Make the current state a baseline, inside those that exist; costs what changed since the last one."""

    def rewind(self, to: Baseline) -> Rewound:
        """Put back what changed since *to* and drop the baselines captured after it.

        Raises StaleBaseline, Busy, NotExact; GuardError when the store has lost our mark.
        """

    def diff(self, since: Baseline) -> Diff:
        """What changed since *since*; only reads. Raises StaleBaseline."""

    def close(self) -> None:
        """Let go of connections and scratch space; the state stays as it is."""


@runtime_checkable
class Portable(Protocol):
    """A store whose baselines can outlive the process that captured them."""

    def save(self, baseline: Baseline, folder: Path) -> None:
        """Write to *folder*, which exists and is empty, what another process needs to rewind to the *baseline*."""

    def resume(self, folder: Path) -> Baseline:
        """Take a saved baseline up again as the outermost one, whatever the store holds now; only reads the store.

        The next rewind to it puts the whole store into the saved state, an empty store included.
        """


@runtime_checkable
class Attributing(Protocol):
    """A store that can tell who wrote."""

    def writers(self) -> tuple[str, ...]:
        """Who wrote what the last rewind put back, one phrase each, as far as that is still known."""


class Witness(Protocol):
    """Reads the place that a store looks after, past the store, to say whether a rewind was exact."""

    @property
    def name(self) -> str:
        """The store's name."""

    def digest(self) -> Mapping[str, str]:
        """For every table, counter, key or file a text that differs when its content does; reads all there is.

        Raises StoreError.
        """

    def close(self) -> None:
        """Let go of connections."""


class Running(Protocol):
    """A service that was started."""

    @property
    def what(self) -> str:
        """The program and its version, the command, or what else it is: for people."""

    @property
    def endpoint(self) -> Endpoint:
        """Where it answers (or will, once it is ready)."""

    @property
    def log(self) -> Path | None:
        """The file that its output goes to."""

    @property
    def pid(self) -> int | None:
        """Its process, if it is one of this machine that we started."""

    def exit_code(self) -> int | None:
        """``None`` while it lives; negative for a signal, as ``subprocess`` has it."""

    def missing(self) -> str:
        """What the runtime itself waits for before it is ready (a container's health), in words; empty: nothing."""


@runtime_checkable
class Foreign(Protocol):
    """What ``Running`` is beside, where somebody else started the service and will stop it."""

    @property
    def whose(self) -> str:
        """Who runs it and what follows from that, as a sentence for messages."""


class Runtime(Protocol):
    """How the services of a stack are there for the length of a run."""

    def complete(self, services: Sequence[Service]) -> tuple[Service, ...]:
        """*services* with all that the runtime knows they need, and the services behind that. Raises ConfigError."""

    def address(self, service: Service) -> Endpoint:
        """Where *service* will answer: decided before it starts, the same answer each time."""

    def running(self, service: Service, launch: Launch | None) -> AbstractContextManager[Running]:
        """Have *service* (a Command by its *launch*) run until the end; does not wait until it is ready.

        Raises ServiceFailed, MissingProgram.
        """


@runtime_checkable
class Owner(Runtime, Protocol):
    """A runtime that starts and stops what it runs, and so may run commands beside it and keep its state."""

    def command(self, service: Service, launch: Launch) -> Launch:
        """What to start on this machine to have *launch* run where *service* runs: itself, or by way of a container."""

    def keep(self, service: Service, folder: Path) -> None:
        """Put all state of a server that was stopped into *folder*, which does not exist yet."""

    def put_back(self, service: Service, folder: Path) -> None:
        """Have a server, before its first start, begin with the state that ``keep`` put into *folder*."""

    def clear(self) -> None:
        """Remove what the run has made outside its folder; its services are stopped."""


class Recipe(Protocol):
    """One step of how a first baseline comes to be."""

    @property
    def title(self) -> str:
        """The step as the user wrote it."""

    def fingerprint(self) -> str:
        """A digest of everything that the step's result depends on and that we can see."""

    def build(self, endpoints: Mapping[str, Endpoint]) -> None:
        """Do it. Raises RecipeFailed."""
