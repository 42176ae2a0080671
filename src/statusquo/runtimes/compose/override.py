"""The file that is laid over those of the project for one run: what makes a copy of it private. Pure.

No fixed names, so that runs stand side by side; ports of ours on the loopback interface, which a restart does not
change; no restarts behind our back; logs that we can read; labels, by which all of it is found again; and in place of
external volumes and networks, and of folders with the project's own databases, empty ones.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from statusquo.runtimes.compose.project import Project

FILE = "compose.override.yml"
"""What the override is called, in the folder of its run."""

HOST = "x-engine: "
"""How the line begins that says where the engine is; Compose passes over it."""


@dataclass(frozen=True, slots=True)
class Laid:
    """What is laid over one service."""

    port: tuple[int, int] | None = None
    """Of the host, and of the container that it leads to."""
    env: Mapping[str, str] = field(default_factory=dict)
    data: str = ""
    """Where a database has its data, if the files mount something there: an empty volume takes its place."""
    tmpfs: tuple[str, ...] = ()
    """What stays in memory."""


def render(
    project: Project, laid: Mapping[str, Laid], folders: Mapping[str, Path], *, labels: Mapping[str, str], host: str
) -> str:
    """The override's text; *laid* by compose service, *folders* of ours by the named volume that they stand for.

    It says at which *host* the engine is, for those who come to clean up.
    """
    lines = [f"{HOST}{_text(host)}", "services:"]
    for name, service in project.services.items():
        here = laid.get(name, Laid())
        lines.append(f"  {_text(name)}:")
        lines.append("    container_name: !reset null")
        lines.append(f"    ports: !override {_text(_published(here))}")
        lines.append('    restart: "no"')
        lines.append('    logging: !override {"driver": "json-file"}')
        lines.append(f"    labels: {_text(labels)}")
        if service.is_built:
            lines.append(f"    image: {_text(service.image)}")
        if not service.is_unchecked:
            lines.append('    healthcheck: {"interval": "1s"}')
        if here.env:
            lines.append(f"    environment: {_text(here.env)}")
        if name in laid and here.tmpfs != service.tmpfs:
            lines.append(f"    tmpfs: !override {_text(here.tmpfs)}")
        if here.data:
            lines.append(f"    volumes: {_text([{'type': 'volume', 'target': here.data}])}")
    lines += _section("volumes", {name: _volume(folders.get(name), labels) for name in project.volumes})
    lines += _section("networks", {name: {"labels": labels} for name in project.networks})
    return "\n".join(lines) + "\n"


def host(text: str) -> str:
    """The engine's host, as a rendered text says it; empty if it is none."""
    first = text.partition("\n")[0]
    return str(json.loads(first.removeprefix(HOST))) if first.startswith(HOST) else ""


def _published(laid: Laid) -> list[str]:
    return [f"127.0.0.1:{laid.port[0]}:{laid.port[1]}"] if laid.port else []


def _volume(folder: Path | None, labels: Mapping[str, str]) -> Mapping[str, object]:
    if folder is None:
        return {"labels": labels}
    return {"labels": labels, "driver_opts": {"type": "none", "o": "bind", "device": str(folder)}}


def _section(title: str, entries: Mapping[str, object]) -> Iterator[str]:
    if entries:
        yield f"{title}:"
    for name, value in entries.items():
        yield f"  {_text(name)}: !override {_text(value)}"


def _text(value: object) -> str:
    """JSON is YAML; a dollar sign would be taken for a variable."""
    return json.dumps(value, default=dict).replace("$", "$$")
