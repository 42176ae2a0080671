"""What ``broker`` keeps book of: who is there and wants what, lanes and who has them, and what lanes stand on."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from statusquo.stack.stack import Died
from statusquo.wiring import Base, BorrowedLane, OpenLane

AnyLane = OpenLane | BorrowedLane


@dataclass(frozen=True, slots=True)
class Wish:
    """The stack that a client wants to work with."""

    file: Path
    overrides: tuple[str, ...]
    environ: Mapping[str, str]
    services: tuple[str, ...] | None = None
    """The services that it needs; ``None``: all."""
    variant: str = ""
    """One of the configuration's variants; empty: the services as they are configured."""


@dataclass(frozen=True, slots=True, eq=False)
class Client:
    """Who is connected, for people."""

    what: str
    pid: int

    def __str__(self) -> str:
        return f"{self.what} (process {self.pid})"


@dataclass(slots=True, eq=False)
class Slot:
    """One lane and who has it."""

    number: int
    holder: Client | None
    undo: ExitStack = field(default_factory=ExitStack)
    lane: AnyLane | None = None
    deaths: dict[str, tuple[Died, float]] = field(default_factory=dict)
    """The services that have died and were not started again yet, and when that was noticed."""
    restarted: set[str] = field(default_factory=set)
    """The services that were started again during this lease."""
    lock: threading.Lock = field(default_factory=threading.Lock)
    """Held while the lane is being changed."""

    def watch(self) -> None:
        """Note who has died, unless the lane is just being changed."""
        if self.lane is None or not self.lock.acquire(blocking=False):
            return
        try:
            self.note()
        finally:
            self.lock.release()

    def note(self) -> None:
        """Note who has died; for who holds the lock."""
        for died in self.lane.check() if self.lane else ():
            self.deaths.setdefault(died.service, (died, time.monotonic()))


@dataclass(slots=True, eq=False)
class Ground:
    """A baseline that lanes stand on, and these lanes."""

    undo: ExitStack = field(default_factory=ExitStack)
    base: Base | None = None
    slots: list[Slot] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    """Held while the base is being opened."""

    @property
    def is_held(self) -> bool:
        """True while somebody has one of the lanes."""
        return any(slot.holder for slot in self.slots)

    def close(self) -> None:
        """Stop everything that stands here."""
        with self.undo, ExitStack() as closing:
            for slot in self.slots:
                closing.callback(slot.undo.close)
