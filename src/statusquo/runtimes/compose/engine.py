"""The container engine, through its API: what Compose cannot be asked cheaply. The only module with the SDK.

``connect`` finds the engine as the docker program would: DOCKER_HOST, DOCKER_CONTEXT, else the current context.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import docker
from docker.context import ContextAPI
from docker.errors import APIError, DockerException, ImageNotFound, NotFound
from docker.models.containers import Container

from statusquo.core.errors import MissingProgram, ServiceFailed, StatusquoError
from statusquo.core.ports import LOOPBACK

RUN = "statusquo.run"
"""The label that holds the run's id on every container, network and volume that a run makes."""

PROJECT = "com.docker.compose.project"
SERVICE = "com.docker.compose.service"
ONE_OFF = "com.docker.compose.oneoff"

CONNECTIONS = 64
"""Each log that is followed holds one."""


@dataclass(frozen=True, slots=True)
class Image:
    """What an image says of itself."""

    id: str
    ports: tuple[int, ...]
    environment: Mapping[str, str]


class Engine:
    """An engine that answered; safe to use from several threads."""

    def __init__(self, client: docker.DockerClient, host: str) -> None:
        self._client = client
        self.host = host

    def close(self) -> None:
        """Let go of the connections to it."""
        self._client.close()

    def image(self, name: str) -> Image | None:
        """The image of that name, if this machine has it."""
        try:
            attributes = self._client.images.get(name).attrs
        except ImageNotFound:
            return None
        config = attributes.get("Config") or {}
        exposed = [each.partition("/") for each in config.get("ExposedPorts") or {}]
        pairs = [each.partition("=") for each in config.get("Env") or ()]
        return Image(
            id=attributes["Id"],
            ports=tuple(sorted(int(number) for number, _, protocol in exposed if protocol == "tcp")),
            environment={name: value for name, _, value in pairs},
        )

    def container(self, project: str, service: str) -> Container:
        """The container that was created for a service. Raises ServiceFailed if somebody removed it."""
        labels = [f"{PROJECT}={project}", f"{SERVICE}={service}", f"{ONE_OFF}=False"]
        found = self._client.containers.list(all=True, filters={"label": labels})
        if not found:
            raise ServiceFailed(f'Service "{service}": its container in project {project} is gone.')
        return found[0]

    def remove(self, labels: Mapping[str, str]) -> int:
        """Remove the containers, networks and volumes that carry all of *labels*; how many containers there were."""
        mine: dict[str, str | list[str] | bool] = {"label": [f"{name}={value}" for name, value in labels.items()]}
        containers = self._client.containers.list(all=True, filters=mine, ignore_removed=True)
        for container in containers:
            _ensure_gone(container.remove, force=True, v=True)
        for network in self._client.networks.list(filters=mine):
            _ensure_gone(network.remove)
        for volume in self._client.volumes.list(filters=mine):
            _ensure_gone(volume.remove, force=True)
        return len(containers)


def connect(environment: Mapping[str, str]) -> Engine:
    """The engine that *environment* names, on this machine. Raises MissingProgram."""
    host = environment.get("DOCKER_HOST") or _context_host(environment.get("DOCKER_CONTEXT", ""))
    _check_local(host)
    try:
        _reach(host)
        return Engine(docker.DockerClient(base_url=host, version="auto", max_pool_size=CONNECTIONS), host)
    except (OSError, DockerException) as error:
        raise _no_engine(host, error) from error


@contextmanager
def explained(service: str, doing: str) -> Iterator[None]:
    """Turn what the engine says against *doing* something with a service into a ServiceFailed."""
    try:
        yield
    except (APIError, NotFound) as error:
        said = str(error.explanation or error)
        raise ServiceFailed(
            f'Service "{service}": the engine refused to {doing} its container.', evidence=said
        ) from error


def copy_out(container: Container, path: PurePosixPath, archive: Path) -> None:
    """Write a folder of a container, which need not run, to a new tar *archive*: owners and rights included."""
    chunks, _ = container.get_archive(str(path))
    with archive.open("xb") as file:
        for chunk in chunks:
            file.write(chunk)


def copy_in(container: Container, archive: Path, path: PurePosixPath) -> None:
    """Put a folder that ``copy_out`` wrote back to where it was, in a container that has not been started."""
    with archive.open("rb") as file:
        container.put_archive(str(path.parent), file)


def health(container: Container) -> str:
    """What is wrong with a container's health, in words; empty if it is healthy or has no health check."""
    container.reload()
    state: Mapping[str, Any] = container.attrs["State"].get("Health") or {"Status": "none"}
    if state["Status"] in {"healthy", "none"}:
        return ""
    log = state.get("Log") or ()
    if not log:
        return "a healthy container; its health check has not been run yet"
    output = " / ".join(log[-1]["Output"].strip().splitlines()[-3:]) or "it printed nothing"
    return f"a healthy container; its health check ended with exit code {log[-1]['ExitCode']}: {output}"


def mounts(container: Container) -> tuple[str, ...]:
    """Where volumes and folders are mounted in a container."""
    return tuple(each["Destination"] for each in container.attrs["Mounts"])


def _ensure_gone(remove: Callable[..., object], **how: bool) -> None:
    """Remove something that may be gone, or going, already."""
    try:
        remove(**how)
    except NotFound:
        return
    except APIError as error:
        if error.status_code != 409:  # noqa: PLR2004 - "removal already in progress"
            raise StatusquoError(f"The engine cannot remove what a run has left: {error.explanation}.") from error


def _context_host(name: str) -> str:
    context = ContextAPI.get_context(name) if name else ContextAPI.get_current_context()
    if context is None:
        raise MissingProgram(f"There is no docker context {name!r}.", next="'docker context ls' lists them.")
    return str(context.Host or "unix:///var/run/docker.sock").replace("http+unix://", "unix://")


def _check_local(host: str) -> None:
    url = urlsplit(host)
    if url.scheme in {"unix", "npipe", "http+unix"} or url.hostname in {LOOPBACK, "localhost"}:
        return
    raise MissingProgram(
        f"The container engine at {host} is on another machine.",
        why="Tests reach services on ports of this one, and share folders with them.",
        next="Point DOCKER_HOST, or the docker context, to an engine on this machine.",
    )


def _reach(host: str) -> None:
    """Return if somebody listens there. Raises OSError, which the SDK would wrap four times."""
    url = urlsplit(host)
    if url.scheme == "unix":
        with socket.socket(socket.AF_UNIX) as probe:
            probe.connect(url.path)
    elif url.hostname:
        socket.create_connection((url.hostname, url.port or 2375)).close()


def _no_engine(host: str, error: BaseException) -> MissingProgram:
    what = f"No container engine answers at {host}"
    match error:
        case PermissionError():
            return MissingProgram(f"{what}: permission denied.", next="Join the group docker, or run as root.")
        case FileNotFoundError():
            advice = "Install Docker and start it, or set DOCKER_HOST."
            return MissingProgram(f"{what}: there is no such socket.", next=advice)
        case ConnectionRefusedError():
            return MissingProgram(f"{what}: it is stopped.", next="Start it: systemctl start docker")
        case _:
            return MissingProgram(f"{what}.", evidence=str(error))
