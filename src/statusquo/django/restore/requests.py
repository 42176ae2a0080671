"""Which requests a live server is still at work on: their writes belong to the test that has just ended."""

from __future__ import annotations

import threading
import time

from django.core.signals import request_finished, request_started

from statusquo.core.errors import Busy

PATIENCE = 10.0
"""Seconds that a request may go on after its test."""


class Requests:
    """Those that are handled in other threads than the one that watches: a test's own client waits for its answers."""

    def __init__(self) -> None:
        self._own = threading.get_ident()
        self._changed = threading.Condition()
        self._handled: dict[int, str] = {}

    def watch(self) -> None:
        """Begin."""
        request_started.connect(self._started)
        request_finished.connect(self._finished)

    def close(self) -> None:
        """End."""
        request_started.disconnect(self._started)
        request_finished.disconnect(self._finished)

    def wait(self) -> None:
        """Return when none is handled any more. Raises Busy."""
        deadline = time.monotonic() + PATIENCE
        with self._changed:
            if not self._changed.wait_for(lambda: not self._running(), max(0.0, deadline - time.monotonic())):
                raise Busy(
                    f"The live server is still at work {PATIENCE:g} s after the test: {', '.join(self._running())}.",
                    next="Let the test wait for what it has set off.",
                )

    def _running(self) -> list[str]:
        alive = {each.ident for each in threading.enumerate()}
        return [path for thread, path in self._handled.items() if thread in alive]

    def _started(self, environ: dict[str, object] | None = None, **_: object) -> None:
        """An asynchronous client has no ``environ``; it begins in one thread and ends in another, and is waited for."""
        if environ is not None and threading.get_ident() != self._own:
            with self._changed:
                self._handled[threading.get_ident()] = str(environ.get("PATH_INFO", "a request"))

    def _finished(self, **_: object) -> None:
        with self._changed:
            self._handled.pop(threading.get_ident(), None)
            self._changed.notify_all()
