"""The texts of a run: header, progress, what a failing test gets to show. Pure; ``session`` and ``run`` use it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from statusquo.config import Config
from statusquo.core.events import (
    BaselineBuilt,
    BaselineReused,
    Event,
    RunSwept,
    ServiceReady,
    ServiceStarting,
    StepStarting,
)
from statusquo.pytest_plugin.calls import Call
from statusquo.rewind import render

LOG_LINES = 50
"""Lines of a service's log that a failure report shows."""


def header_lines(config: Config, events: Iterable[Event], *, seconds: float) -> tuple[str, ...]:
    """What runs and where, how long it took, whether the baseline had to be built, what had to be removed first."""
    heard = tuple(events)
    # The servers were started before, under other addresses, if the baseline had to be built: the last word counts.
    ready = {event.service: event for event in heard if isinstance(event, ServiceReady)}
    services = [ready[service.name] for service in config.services]
    widths = (max((len(s.service) for s in services), default=0), max((len(s.what) for s in services), default=0))
    baseline = "".join(f", {text}" for text in map(_baseline_text, heard) if text)
    swept = (event for event in heard if isinstance(event, RunSwept))
    return (
        *(f"statusquo: removed what run {each.run} had left (processes: {each.processes})" for each in swept),
        f"statusquo: {config.name} is up in {render.duration(seconds)}{baseline}",
        *(f"  {s.service:<{widths[0]}}  {s.what:<{widths[1]}}  {s.where}".rstrip() for s in services),
    )


def progress_line(event: Event) -> str:
    """What is being done now; empty if the event does not say."""
    match event:
        case ServiceStarting(service):
            return f"statusquo: starting {service}"
        case ServiceReady(service, seconds=seconds):
            return f"statusquo: {service} is ready after {render.duration(seconds)}"
        case StepStarting(title):
            return f"statusquo: building the baseline: {title}"
    return ""


def died_text(service: str, how: str, log: Sequence[str]) -> str:
    """A service that died, how, and its last lines."""
    return "\n".join((f"{service} {how}; the last lines of its log:", *(f"    {line}" for line in log)))


def call_lines(calls: Sequence[Call]) -> tuple[str, ...]:
    """The requests of a test, as a table."""
    outcome = max((len(call.outcome) for call in calls), default=0)
    user = max((len(call.user) for call in calls), default=0)
    return tuple(
        f"{call.outcome:<{outcome}}  {call.method:<6} {call.user or '-':<{user}}  {call.path}"
        f"  {render.duration(call.seconds)}"
        for call in calls
    )


def log_section(service: str, text: str) -> tuple[str, str]:
    """The title and the end of what a service printed during a test."""
    lines = text.splitlines()
    shown = lines[-LOG_LINES:]
    of = f" (the last {len(shown)} of {len(lines)} lines)" if len(shown) < len(lines) else ""
    return f"log of {service} during the test{of}", "\n".join(shown)


def _baseline_text(event: Event) -> str:
    match event:
        case BaselineBuilt(fingerprint, seconds):
            return f"baseline {fingerprint[:8]} built in {render.duration(seconds)}"
        case BaselineReused(fingerprint):
            return f"baseline {fingerprint[:8]} reused"
    return ""
