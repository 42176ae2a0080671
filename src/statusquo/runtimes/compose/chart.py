"""Which service of the configuration is which of the compose project, what stands behind it, where it will answer."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from statusquo.core import graph, ports
from statusquo.core.endpoint import Endpoint
from statusquo.core.errors import ConfigError
from statusquo.core.service import Command, Folder, Launch, Service, Sqlite
from statusquo.runtimes.compose import places
from statusquo.runtimes.compose.copy import Copy
from statusquo.runtimes.compose.override import Laid
from statusquo.runtimes.compose.project import ComposeService, Project

Fill = Callable[[Service, tuple[str, ...], Mapping[str, Endpoint]], Launch]
"""From a service and some words to those words with their placeholders filled in."""


class Chart:
    """The chart of one run, whose folders are below *run*; safe to use from several threads."""

    def __init__(self, project: Project, copy: Copy, *, services: Sequence[Service], fill: Fill, run: Path) -> None:
        self._project = project
        self._copy = copy
        self._services = {service.name: service for service in services}
        self._fill = fill
        self._run = run
        self._leases: dict[str, int] = {}
        self._lock = threading.Lock()

    def facts(self, service: Service) -> ComposeService:
        """What the files say of a service. Raises ConfigError."""
        name = service.container.service or service.name
        return self._project.service(name, key=f"services.{service.name}.compose.service")

    def complete(self, services: Sequence[Service]) -> tuple[Service, ...]:
        """*services* with what the files say they depend on, and the services behind that. Raises ConfigError."""
        found: dict[str, Service] = {}
        left = list(services)
        while left:
            service = left.pop(0)
            if service.name not in found:
                behind = [self._of(name) for name in self.facts(service).needs] if is_container(service) else []
                needs = dict.fromkeys((*service.needs, *(each.name for each in behind)))
                found[service.name] = dataclasses.replace(service, needs=tuple(needs))
                left += behind
        if cycle := graph.find_cycle({name: service.needs for name, service in found.items()}):
            raise ConfigError(
                f"{' needs '.join(cycle)}: none of them can start first.",
                why="What the configuration needs and what depends_on says in the compose files count together.",
                next="Take one of these needs away.",
            )
        return tuple(found.values())

    def address(self, service: Service) -> Endpoint:
        """Where *service* will answer. Raises ConfigError, and what ``Copy.image`` raises."""
        if isinstance(service.spec, Sqlite):
            raise ConfigError(
                f'"{service.name}" is a SQLite file, which containers do not share with the tests.',
                next='Run this stack with platform = "native".',
            )
        if isinstance(service.spec, Folder):
            return Endpoint(service.name, path=self._run / "folders" / service.name)
        if not service.listens:
            return Endpoint(service.name)
        facts = self.facts(service)
        port = places.port(service, facts.ports or self._copy.image(facts).ports)
        environment = self._copy.environment(facts)
        return places.endpoint(service, facts.name, self._port(service), port, environment=environment)

    def differs(self, service: Service) -> bool:
        """Whether a service is to run with other variables than the chart says; from now on it says those."""
        with self._lock:
            before = self._services.get(service.name)
            if before is None or before.container == service.container:
                return False
            self._services[service.name] = dataclasses.replace(before, container=service.container)
            return True

    def endpoints(self) -> Mapping[str, Endpoint]:
        """Where each of all services will answer. Raises as ``address``."""
        return {each.name: self.address(each) for each in self._all()}

    def laid(self, endpoints: Mapping[str, Endpoint]) -> Mapping[str, Laid]:
        """What is laid over each compose service."""
        return {self.facts(each).name: self._laid(each, endpoints) for each in self._all() if is_container(each)}

    def folders(self, endpoints: Mapping[str, Endpoint]) -> Mapping[str, Path]:
        """The folders of ours by the named volume that they stand for."""
        return {each.container.volume: path for each in self._all() if (path := endpoints[each.name].path)}

    def _all(self) -> tuple[Service, ...]:
        return self.complete(tuple(self._services.values()))

    def _of(self, name: str) -> Service:
        """The service of the configuration behind a compose service, or one that only the files know."""
        ours = (each for each in self._services.values() if is_container(each) and self.facts(each).name == name)
        return next(ours, Service(name, Command((), self._project.folder), listens=False))

    def _port(self, service: Service) -> int:
        with self._lock:
            if service.name not in self._leases:
                self._leases[service.name] = service.port or ports.lease()
            return self._leases[service.name]

    def _laid(self, service: Service, endpoints: Mapping[str, Endpoint]) -> Laid:
        facts, endpoint = self.facts(service), endpoints[service.name]
        names = [name for name, _ in service.container.env]
        values = self._fill(service, tuple(value for _, value in service.container.env), endpoints).argv
        environment = self._copy.environment(facts)
        return Laid(
            port=(endpoint.host.port, endpoint.mesh.port) if endpoint.host and endpoint.mesh else None,
            env=dict(zip(names, values, strict=True)),
            data=places.replaced(service, facts.mounts, environment),
            tmpfs=places.left_in_memory(service, facts.tmpfs, environment),
        )


def is_container(service: Service) -> bool:
    """Whether a service is one, and not a folder or a file."""
    return not isinstance(service.spec, Folder | Sqlite)
