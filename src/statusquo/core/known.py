"""What a runtime must be told to run a known kind of service as a process of this machine.

The services implement ``Known``, the native runtime uses it; neither imports the other.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from statusquo.core.endpoint import Endpoint


@dataclass(frozen=True, slots=True)
class Program:
    """A server program that was found on this machine and fits what was asked for."""

    what: str
    """The program and its version, as shown to the user: ``PostgreSQL 18.6``."""
    version: str
    path: Path
    """The server's executable; the programs that belong to it stand beside it."""
    tree: tuple[Path, ...] = ()
    """The folders that must be copied together for it to run elsewhere; empty: it is installed for everybody."""
    refuses_root: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where one server of a run lives."""

    state: Path
    """The folder that holds all of its state, passwords included: a copy of it is the same server."""
    data: Path
    """The folder of its data: ``data`` in the state folder, or what that links to."""
    port: int


@dataclass(frozen=True, slots=True)
class Step:
    """A program that runs to its end before the server is started."""

    argv: tuple[str, ...]
    stdin: str = ""


@dataclass(frozen=True, slots=True)
class Boot:
    """Everything that leads from a state folder to a running server."""

    argv: tuple[str, ...]
    env: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...] = ()
    """What fills the data folder; empty when it is filled already."""
    files: tuple[tuple[Path, str], ...] = ()
    """Written after the steps, whatever stood there."""
    stale: tuple[Path, ...] = ()
    """Left by a server that is gone; removed before the start."""


class Again(enum.Enum):
    """Why a server that gave up at once deserves another try."""

    PORT_TAKEN = enum.auto()
    TOO_SOON = enum.auto()


class Known(Protocol):
    """A service of a known kind: how it is found, addressed and started."""

    def program(self) -> Program:
        """The program to run. Raises MissingProgram with everything that was looked at."""

    def endpoint(self, place: Place) -> Endpoint:
        """Where it answers; passwords come from the state folder, which exists, and are made if it has none."""

    def boot(self, program: Program, place: Place) -> Boot:
        """How to start it from a data folder that is filled already, or does not exist and is filled by the steps."""

    def again(self, log: str) -> Again | None:
        """What its last log lines say about starting it once more; ``None``: no use."""
