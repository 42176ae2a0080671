"""The slice of a running stack that one client has to itself, as a value. The supervisor leases it to the doors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from statusquo.core.endpoint import Endpoint


@dataclass(frozen=True, slots=True)
class LaneService:
    """One service, folder or file of a lane."""

    name: str
    what: str
    """The program and its version, the command, or what else it is: for people."""
    endpoint: Endpoint
    pid: int | None = None
    log: Path | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """Own databases, folders and processes; nobody else touches them while the lease lasts."""

    run: str
    number: int
    """From 1; the first lane's database is the one that the configuration names."""
    nonce: str
    """What the mark in each of its stores says."""
    folder: Path
    """The run's folder."""
    roots: Path
    """Holds a folder for each store, with the baseline that the lane goes back to."""
    services: tuple[LaneService, ...]
    """In the order of starting."""

    @property
    def endpoints(self) -> Mapping[str, Endpoint]:
        """Where each service answers."""
        return {service.name: service.endpoint for service in self.services}

    @property
    def logs(self) -> Mapping[str, Path]:
        """The log of each service that has one."""
        return {service.name: service.log for service in self.services if service.log}
