"""The texts of a run: header, progress, what a failing test gets to show. Pure; ``session`` and ``run`` use it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from statusquo.config import Config
from statusquo.core.endpoint import Endpoint
from statusquo.core.events import (
    BaselineAwaited,
    BaselineBuilt,
    BaselineReused,
    Event,
    RunSwept,
    ServiceReady,
    ServiceReplaced,
    ServiceStarting,
    StepStarting,
)
from statusquo.core.lane import Lane
from statusquo.pytest_plugin.calls import Call
from statusquo.rewind import render
from statusquo.supervisor.client import Death

LOG_LINES = 50
"""Lines of a service's log that a failure report shows."""


def header_lines(config: Config, lane: Lane, events: Iterable[Event], *, seconds: float) -> tuple[str, ...]:
    """What runs and where, how long it took, whether the baseline had to be built, what had to be removed first."""
    heard = tuple(events)
    baseline = "".join(f", {text}" for text in map(_baseline_text, heard) if text)
    swept = (event for event in heard if isinstance(event, RunSwept))
    return (
        *(f"statusquo: removed what run {each.run} had left (processes: {each.processes})" for each in swept),
        *(f"statusquo: {e.service} is started anew: {e.difference}" for e in heard if isinstance(e, ServiceReplaced)),
        f"statusquo: {config.name} is up in {render.duration(seconds)}{baseline}",
        *services_lines(config, lane),
    )


def services_lines(config: Config, lane: Lane) -> tuple[str, ...]:
    """What runs and where, in the order of the configuration."""
    running = {service.name: service for service in lane.services}
    services = [running[service.name] for service in config.services if service.name in running]
    widths = (max((len(s.name) for s in services), default=0), max((len(s.what) for s in services), default=0))
    return tuple(f"  {s.name:<{widths[0]}}  {s.what:<{widths[1]}}  {_where(s.endpoint)}".rstrip() for s in services)


def _where(endpoint: Endpoint) -> str:
    """Where to look, without a password; a folder as seen from where we are."""
    if endpoint.host:
        return f"{endpoint.host.scheme}://{endpoint.host.host}:{endpoint.host.port}"
    here, path = Path.cwd(), endpoint.path
    if path is None:
        return ""
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def progress_line(event: Event) -> str:
    """What is being done now; empty if the event does not say."""
    match event:
        case ServiceStarting(service):
            return f"statusquo: starting {service}"
        case ServiceReady(service, seconds=seconds):
            return f"statusquo: {service} is ready after {render.duration(seconds)}"
        case StepStarting(title):
            return f"statusquo: building the baseline: {title}"
        case BaselineAwaited():
            return "statusquo: waiting for the baseline that another run makes ready"
    return ""


def died_text(death: Death, moment: str) -> str:
    """A service that died, how, how long before *moment*, and its last lines."""
    first = f"{death.service} {death.how} {render.duration(death.ago)} before {moment}."
    return "\n".join(render.with_log(first, death.log))


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
