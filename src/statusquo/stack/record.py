"""What is written down about a run, and how it looks as JSON. ``ledger`` keeps it; ``statusquo status`` shows it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from statusquo.core.endpoint import Address, Endpoint
from statusquo.core.processes import ProcessId


@dataclass(frozen=True, slots=True)
class Entry:
    """One service of a run; without a process as long as it is only about to start, or when it is a folder or file."""

    name: str
    process: ProcessId | None = None
    endpoint: Endpoint | None = None
    log: Path | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One run: who owns it, what it started."""

    run: str
    machine: str
    """The host name: process numbers mean nothing on another one that shares the folder."""
    owner: ProcessId
    nonce: str
    services: tuple[Entry, ...] = ()
    """In the order of starting."""


def to_json(record: Record) -> str:
    """The record as text; it holds passwords."""
    return json.dumps(asdict(record), indent=2, default=str)


def from_json(text: str) -> Record:
    """The record that ``to_json`` wrote. Raises ValueError when it is not one."""
    try:
        raw = json.loads(text)
        return Record(
            run=raw["run"],
            machine=raw["machine"],
            owner=ProcessId(**raw["owner"]),
            nonce=raw["nonce"],
            services=tuple(_entry(entry) for entry in raw["services"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a record of a run: {error!r}") from error


def _entry(raw: Mapping[str, Any]) -> Entry:
    return Entry(
        name=raw["name"],
        process=ProcessId(**raw["process"]) if raw["process"] else None,
        endpoint=endpoint_from_json(raw["endpoint"]) if raw["endpoint"] else None,
        log=Path(raw["log"]) if raw["log"] else None,
    )


def endpoint_from_json(raw: Mapping[str, Any]) -> Endpoint:
    """The endpoint that was written as JSON. Raises KeyError, TypeError when it is not one."""
    views = {view: Address(**raw[view]) if raw[view] else None for view in ("host", "mesh", "admin")}
    return Endpoint(raw["name"], **views, path=Path(raw["path"]) if raw["path"] else None, scheme=raw.get("scheme", ""))
