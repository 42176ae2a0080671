"""The facts that rooms emit and reports listen to: frozen, JSON-able, one class each."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from statusquo.core.baseline import Rewound


@dataclass(frozen=True, slots=True)
class ServiceStarting:
    """A service is about to start."""

    service: str


@dataclass(frozen=True, slots=True)
class ServiceReady:
    """A service answers."""

    service: str
    what: str
    """The program and version, or the command."""
    where: str
    """A URL or a path."""
    seconds: float


@dataclass(frozen=True, slots=True)
class ServiceStopped:
    """A service was stopped by us."""

    service: str
    seconds: float


@dataclass(frozen=True, slots=True)
class ServiceReplaced:
    """A service that ran was not what is asked for now, and was stopped to be started anew."""

    service: str
    difference: str
    """What differs: ``environment: NAME``, ``its code``."""


@dataclass(frozen=True, slots=True)
class StepStarting:
    """A recipe step is about to run."""

    title: str


@dataclass(frozen=True, slots=True)
class BaselineBuilt:
    """The recipe ran and its result was kept."""

    fingerprint: str
    seconds: float


@dataclass(frozen=True, slots=True)
class BaselineAwaited:
    """Another run makes the baseline ready, and this one waits for it."""

    fingerprint: str


@dataclass(frozen=True, slots=True)
class BaselineReused:
    """A baseline of an earlier run was taken."""

    fingerprint: str


@dataclass(frozen=True, slots=True)
class RunOpened:
    """A run has a folder and a record from now on, and all that it starts carries its label."""

    run: str


@dataclass(frozen=True, slots=True)
class RunShared:
    """What a run has started is everybody's from now on: it does not end with whoever had it started."""

    run: str


@dataclass(frozen=True, slots=True)
class RunSwept:
    """What an earlier run had left behind was removed."""

    run: str
    processes: int


@dataclass(frozen=True, slots=True)
class LayerPushed:
    """The current state became a baseline of a scope."""

    layer: str
    seconds: float


@dataclass(frozen=True, slots=True)
class StackRewound:
    """Every store was put back, after ``because``."""

    because: str
    seconds: float
    stores: tuple[Rewound, ...]


@dataclass(frozen=True, slots=True)
class StackChecked:
    """Every store was found as the last rewind left it, when the test ``before`` was about to begin."""

    before: str
    seconds: float


@dataclass(frozen=True, slots=True)
class LateWrite:
    """Something wrote after the test ``after`` had been rewound and before ``before`` began."""

    after: str
    before: str
    stores: tuple[Rewound, ...]
    writers: tuple[str, ...] = ()
    """Who it was, for stores that can tell: a phrase each."""


@dataclass(frozen=True, slots=True)
class ServiceDied:
    """A service died after the test ``after`` had been rewound and before ``before`` began, and is started anew."""

    service: str
    how: str
    """``exited with code 1``, ``was ended by SIGKILL``."""
    after: str
    before: str
    log: tuple[str, ...]
    """Its last lines."""


Event = (
    ServiceStarting
    | ServiceReady
    | ServiceStopped
    | ServiceReplaced
    | StepStarting
    | BaselineBuilt
    | BaselineAwaited
    | BaselineReused
    | RunOpened
    | RunShared
    | RunSwept
    | LayerPushed
    | StackRewound
    | StackChecked
    | LateWrite
    | ServiceDied
)


def to_json(event: Event) -> dict[str, object]:
    """The event as JSON's own types, its class under ``event``."""
    return {"event": type(event).__name__, **asdict(event)}
