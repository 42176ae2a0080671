"""How a process of ours is told from every other one. Runtimes label and find them; the ledger writes them down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

RUN = "STATUSQUO_RUN"
"""The environment variable that holds the run's id in every process that a run starts."""

SERVICE = "STATUSQUO_SERVICE"
"""The environment variable that holds the name of the service that a process belongs to."""


@dataclass(frozen=True, slots=True)
class ProcessId:
    """A process that cannot be mistaken for a later one with the same number."""

    pid: int
    started: float
    """Seconds since the epoch."""


def label(run: str, service: str = "") -> Mapping[str, str]:
    """The variables that mark a process, and with it all that it starts, as one of the run's."""
    return {RUN: run, SERVICE: service} if service else {RUN: run}
