"""The waiting loop, the only one: until a service is ready, has died, or its time is out. ``stack`` calls it."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable

from statusquo.core.errors import ServiceFailed
from statusquo.core.protocols import Foreign, Running
from statusquo.core.service import Probe, Service
from statusquo.stack import probes

FIRST_PAUSE = 0.02
LONGEST_PAUSE = 0.1


class Cancelled(Exception):
    """Another service failed, or the user lost patience: there is no use in waiting on."""


def wait(
    service: Service,
    running: Running,
    ask: Callable[[Probe], str],
    *,
    cancelled: threading.Event,
    evidence: Callable[[], str],
) -> None:
    """Return when every probe of *service* has held once, and its runtime misses nothing.

    Raises ServiceFailed, with *evidence*, as soon as its process is gone or when ``service.within`` seconds
    have passed; Cancelled when told to give up.
    """
    deadline = time.monotonic() + service.within
    pause = FIRST_PAUSE
    left = list(service.ready)
    while True:
        check_alive(service, running, evidence)
        while left and not (said := ask(left[0])):
            left.pop(0)
        missing = f"{probes.describe(service, left[0])}; the last answer was: {said}" if left else running.missing()
        if not missing:
            return
        if time.monotonic() > deadline:
            raise _late(service, missing, evidence=evidence(), whose=whose(running))
        if cancelled.wait(pause):
            raise Cancelled
        pause = min(pause * 1.2, LONGEST_PAUSE)


def check_alive(service: Service, running: Running, evidence: Callable[[], str]) -> None:
    """Return if the process of a service that is starting lives. Raises ServiceFailed."""
    code = running.exit_code()
    if code is None:
        return
    raise ServiceFailed(
        f'Service "{service.name}" {describe_exit(code)} before it was ready.',
        why="" if code else "A service has to stay in the foreground until it is told to stop.",
        evidence=evidence(),
    )


def describe_exit(code: int) -> str:
    """How a process ended, in words."""
    if code >= 0:
        return f"exited with code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"


def whose(running: Running) -> str:
    """Who else runs it, as a sentence; empty for what we started."""
    return running.whose if isinstance(running, Foreign) else ""


def _late(service: Service, missing: str, *, evidence: str, whose: str) -> ServiceFailed:
    runs = "did not answer as it should" if whose else "runs, but was not ready"
    return ServiceFailed(
        f'Service "{service.name}" {runs} within {service.within:g} s.',
        why=f"Waited for {missing}.",
        next=whose or f"If it only needs longer, raise services.{service.name}.within.",
        evidence=evidence,
    )
