"""What died: told once, mended before the next test, the end of all tests if it cannot be mended. ``run`` asks."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from statusquo.core.errors import StatusquoError
from statusquo.core.protocols import Emit
from statusquo.supervisor.client import Death, Lease

DYING = 0.3
"""Seconds: a connection breaks a moment before its process is gone, and the report is to say that it is."""
_POLL = 0.01


class Deaths:
    """The deaths in a lane. Every method raises the error that was the end of all tests, once there is one."""

    def __init__(self, lease: Lease) -> None:
        self._lease = lease
        self._told: set[str] = set()
        self.end: StatusquoError | None = None
        """Why no more tests can be run."""

    def untold(self, *, patience: float = 0.0) -> Sequence[Death]:
        """Those that this was not asked about yet; looks for *patience* seconds if there is none at first."""
        deadline = time.monotonic() + patience
        while not (died := self._dead()) and time.monotonic() < deadline:
            time.sleep(_POLL)
        news = tuple(death for death in died if death.service not in self._told)
        self._told.update(death.service for death in news)
        return news

    def mend(self, *, emit: Emit) -> bool:
        """Have what died, and what needs it, started again; False if nothing had died."""
        if not self._dead():
            return False
        with self._or_end():
            self._lease.repair(emit=emit)
        self._told.clear()
        return True

    @contextmanager
    def opening(self) -> Iterator[None]:
        """Within, what was mended is made ready for tests; if that cannot be done, all tests end."""
        with self._or_end():
            yield

    def _dead(self) -> Sequence[Death]:
        with self._or_end():
            return self._lease.deaths()

    @contextmanager
    def _or_end(self) -> Iterator[None]:
        if self.end:
            raise self.end
        try:
            yield
        except StatusquoError as error:
            error.next = f"{error.next} No more tests are run.".lstrip()
            self.end = error
            raise
