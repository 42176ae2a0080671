"""What goes over the socket: one JSON object a line, to and fro. ``server`` and ``client`` use it. Pure but for files.

A request is answered by any number of lines with an ``event`` and one with a ``result`` or an ``error``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

from statusquo.core import errors, events
from statusquo.core.errors import StatusquoError
from statusquo.core.events import Event
from statusquo.core.lane import Lane, LaneService
from statusquo.stack import record

Message = Mapping[str, Any]

_EVENTS = {kind.__name__: kind for kind in get_args(Event)}


def line(message: Message) -> bytes:
    """The message as it goes over the socket."""
    return json.dumps(message, default=str).encode() + b"\n"


def message(text: bytes) -> Message:
    """What a line says. Raises ValueError when it is not a JSON object."""
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError(f"not a message: {text[:80]!r}")
    return found


def from_event(event: Event) -> Message:
    """An event that is being reported."""
    return events.to_json(event)


def to_event(said: Message) -> Event:
    """The event that was reported: one of those with nothing but plain values, as a starting stack emits."""
    values = {name: value for name, value in said.items() if name != "event"}
    made: Event = _EVENTS[said["event"]](**values)
    return made


def from_error(error: StatusquoError) -> Message:
    """An error that ends a request."""
    said = {"what": error.what, "why": error.why, "next": error.next, "evidence": error.evidence}
    return {"error": {"kind": type(error).__name__, **said}}


def to_error(said: Message) -> StatusquoError:
    """The error that a request ended with."""
    kind = getattr(errors, said["kind"], StatusquoError)
    made: StatusquoError = kind(said["what"], why=said["why"], next=said["next"], evidence=said["evidence"])
    return made


def from_lane(lane: Lane) -> Message:
    """A lane that was leased."""
    return asdict(lane)


def to_lane(said: Message) -> Lane:
    """The lane that was leased."""
    services = tuple(
        LaneService(
            each["name"],
            each["what"],
            record.endpoint_from_json(each["endpoint"]),
            each["pid"],
            Path(each["log"]) if each["log"] else None,
        )
        for each in said["services"]
    )
    return Lane(said["run"], said["number"], said["nonce"], Path(said["folder"]), Path(said["roots"]), services)
