"""What the files of a compose project say, as far as it concerns us. ``runtime`` reads it once for a run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from statusquo.core import fingerprint, graph
from statusquo.core.errors import ConfigError
from statusquo.runtimes.compose.client import Client, failure

Condition = Literal["service_started", "service_healthy", "service_completed_successfully"]

HEALTHY: Condition = "service_healthy"
COMPLETED: Condition = "service_completed_successfully"


@dataclass(frozen=True, slots=True)
class Mounted:
    """A folder, file or volume of a container."""

    kind: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class ComposeService:
    """One service of the project."""

    name: str
    image: str
    """The image's name; Compose's own choice for one that is built and has none."""
    is_built: bool
    environment: Mapping[str, str]
    ports: tuple[int, ...]
    """The TCP ports that the files publish or expose."""
    needs: Mapping[str, Condition]
    mounts: tuple[Mounted, ...]
    tmpfs: tuple[str, ...]
    """What is kept in memory: a path, and perhaps a colon and options."""
    is_unchecked: bool
    """Its health check is switched off."""
    digest: str
    """Of all that the files say of it."""


@dataclass(frozen=True, slots=True)
class Project:
    """A compose project."""

    files: tuple[Path, ...]
    services: Mapping[str, ComposeService]
    volumes: tuple[str, ...]
    networks: tuple[str, ...]

    @property
    def folder(self) -> Path:
        """What paths in the files are relative to."""
        return self.files[0].parent

    @property
    def words(self) -> tuple[str, ...]:
        """The arguments that name the files; services of every profile may be asked for by name."""
        return (*(word for file in self.files for word in ("-f", str(file))), "--profile", "*")

    def service(self, name: str, *, key: str) -> ComposeService:
        """The service of that name, which the configuration asks for at *key*. Raises ConfigError."""
        if name in self.services:
            return self.services[name]
        files = ", ".join(file.name for file in self.files)
        raise ConfigError(f"{key}: {files} has no service {name!r}.", next=graph.did_you_mean(name, self.services))

    def is_oneshot(self, name: str) -> bool:
        """Whether somebody waits for the end of that service."""
        return any(service.needs.get(name) == COMPLETED for service in self.services.values())


def read(client: Client, files: Sequence[Path]) -> Project:
    """The project that *files* make together. Raises ConfigError with what Compose says is wrong."""
    known = Project(tuple(files), {}, (), ())
    for file in files:
        if not file.is_file():
            raise ConfigError(f"compose.files: there is no file {file}.")
    done = client.said(*known.words, "config", "--format", "json", cwd=known.folder)
    if done.returncode != 0:
        names = ", ".join(file.name for file in files)
        raise failure(f"Docker Compose cannot use {names}.", done, ConfigError)
    return from_json(done.stdout, known.files)


def from_json(text: str, files: tuple[Path, ...]) -> Project:
    """The project that ``docker compose config --format json`` describes."""
    raw = json.loads(text)
    services = {name: _service(name, section, raw["name"]) for name, section in raw.get("services", {}).items()}
    return Project(files, services, tuple(raw.get("volumes") or ()), tuple(raw.get("networks") or ()))


def _service(name: str, raw: Mapping[str, Any], project: str) -> ComposeService:
    depends = raw.get("depends_on") or {}
    return ComposeService(
        name=name,
        image=raw.get("image") or f"{project}-{name}",
        is_built="build" in raw,
        environment={key: _plain(value or "") for key, value in (raw.get("environment") or {}).items()},
        ports=tuple(dict.fromkeys(_ports(raw))),
        needs={other: how.get("condition", "service_started") for other, how in depends.items()},
        mounts=tuple(
            Mounted(each["type"], each.get("source", ""), each["target"]) for each in raw.get("volumes") or ()
        ),
        tmpfs=tuple(raw.get("tmpfs") or ()),
        is_unchecked=bool((raw.get("healthcheck") or {}).get("disable")),
        digest=fingerprint.of_value(raw),
    )


def _ports(raw: Mapping[str, Any]) -> Iterator[int]:
    for published in raw.get("ports") or ():
        if published.get("protocol", "tcp") == "tcp":
            yield int(published["target"])
    for exposed in raw.get("expose") or ():
        number, _, protocol = str(exposed).partition("/")
        if protocol in {"", "tcp"} and number.isdigit():
            yield int(number)


def _plain(text: str) -> str:
    """A value as the container sees it: ``config`` doubles the dollar signs that are meant literally."""
    return str(text).replace("$$", "$")
