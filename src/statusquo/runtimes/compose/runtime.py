"""A run as a compose project of its own, each service started by us. The wiring makes one ``Compose`` for a run.

The project is created as a whole at the first need, then containers are started one by one, when what they need is
ready by our own probes. Below the run's folder, ``compose.override.yml`` is what is laid over the project's files,
``folders/NAME`` a named volume that is a folder of files, ``logs/NAME.log`` what a container prints.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from docker.models.containers import Container

from statusquo.core import graph, ports
from statusquo.core.endpoint import Endpoint
from statusquo.core.errors import ConfigError
from statusquo.core.protocols import Running
from statusquo.core.service import Command, Folder, Launch, Postgres, Service, Sqlite, TcpProbe
from statusquo.runtimes import sockets
from statusquo.runtimes.compose import engine, places
from statusquo.runtimes.compose.copy import Copy, Tools
from statusquo.runtimes.compose.follower import Follower
from statusquo.runtimes.compose.override import Laid
from statusquo.runtimes.compose.project import ComposeService
from statusquo.runtimes.compose.running import ComposeRunning

Fill = Callable[[Service, tuple[str, ...], Mapping[str, Endpoint]], Launch]
"""From a service and some words to those words with their placeholders filled in."""

DATA = "data.tar"


class Compose:
    """The compose runtime of one run; safe to use from several threads at once for different services."""

    def __init__(
        self, run: Path, run_id: str, *, tools: Tools, services: Sequence[Service], fill: Fill, name: str = ""
    ) -> None:
        self._run = run
        self._run_id = run_id
        self._tools = tools
        self._services = {service.name: service for service in services}
        self._fill = fill
        self._copy = Copy(tools, run, run=run_id, name=name or f"statusquo-{run_id}")
        self._leases: dict[str, int] = {}
        self._running: dict[str, ComposeRunning] = {}
        self._is_created = False
        self._lock = threading.RLock()

    def complete(self, services: Sequence[Service]) -> tuple[Service, ...]:
        """*services* with what the files say they depend on, and the services behind that. Raises ConfigError."""
        found: dict[str, Service] = {}
        left = list(services)
        while left:
            service = left.pop(0)
            if service.name not in found:
                behind = [self._of(name) for name in self._facts(service).needs] if _is_container(service) else []
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
        facts = self._facts(service)
        port = places.port(service, facts.ports or self._copy.image(facts).ports)
        environment = self._copy.environment(facts)
        return places.endpoint(service, facts.name, self._port(service), port, environment=environment)

    @contextmanager
    def running(self, service: Service, launch: Launch | None) -> Iterator[Running]:
        """Start the container of *service* and stop it at the end, unless it was released; does not wait for it."""
        endpoint = self.address(service)
        if endpoint.path:
            _ensure_folder(endpoint.path)
            yield ComposeRunning(endpoint, "folder")
            return
        running = self._start(service, endpoint)
        try:
            yield running
        finally:
            with engine.explained(service.name, "stop"):
                running.close(service.patience)

    def command(self, service: Service, launch: Launch) -> Launch:
        """The command in the container of *service* if it runs, else in a new one; without the image's entrypoint."""
        name = self._facts(service).name
        running = self._running.get(service.name)
        if running and running.is_up:
            return self._copy.launch("exec", "-T", name, *launch.argv)
        self._ensure_created()
        program, *words = launch.argv
        return self._copy.launch("run", "--rm", "-T", "--no-deps", "--entrypoint", program, name, *words)

    def keep(self, service: Service, folder: Path) -> None:
        """Write the data of a database that was stopped to *folder*, which does not exist yet, as a tar archive."""
        container = self._container(service)
        folder.mkdir()
        with engine.explained(service.name, "read"):
            engine.copy_out(container, self._data(service, container), folder / DATA)

    def put_back(self, service: Service, folder: Path) -> None:
        """Have a database, before its first start, begin with the data that ``keep`` wrote."""
        container = self._container(service)
        with engine.explained(service.name, "fill"):
            engine.copy_in(container, folder / DATA, self._data(service, container))

    def identity(self, service: Service) -> str:
        """What decides what *service* does: its image and what the files say of it. Raises as ``Copy.image``."""
        facts = self._facts(service)
        return f"{facts.image} {self._copy.image(facts).id}, {facts.digest[:12]}"

    def clear(self) -> None:
        """Remove all that the run has made in the engine, and let go of the connections to that."""
        self._tools.engine.remove(self._run_id)
        self._tools.engine.close()

    def _facts(self, service: Service) -> ComposeService:
        name = service.container.service or service.name
        return self._tools.project.service(name, key=f"services.{service.name}.compose.service")

    def _of(self, name: str) -> Service:
        """The service of the configuration behind a compose service, or one that only the files know."""
        ours = (each for each in self._services.values() if _is_container(each) and self._facts(each).name == name)
        return next(ours, Service(name, Command((), self._tools.project.folder), listens=False))

    def _port(self, service: Service) -> int:
        with self._lock:
            if service.name not in self._leases:
                self._leases[service.name] = service.port or ports.lease()
            return self._leases[service.name]

    def _ensure_known(self, service: Service) -> None:
        """Have the containers created anew whose variables are others now; those that are as they were stay."""
        with self._lock:
            before = self._services.get(service.name)
            if before and before.container != service.container:
                self._services[service.name] = dataclasses.replace(before, container=service.container)
                self._is_created = False

    def _ensure_created(self) -> None:
        with self._lock:
            if not self._is_created:
                services = self.complete(tuple(self._services.values()))
                endpoints = {each.name: self.address(each) for each in services}
                for endpoint in endpoints.values():
                    if endpoint.path:
                        _ensure_folder(endpoint.path)
                laid = {self._facts(s).name: self._laid(s, endpoints) for s in services if _is_container(s)}
                folders = {
                    s.container.volume: p for s in services if (p := endpoints[s.name].path) and s.container.volume
                }
                self._copy.create(laid, folders)
                self._is_created = True

    def _laid(self, service: Service, endpoints: Mapping[str, Endpoint]) -> Laid:
        facts, endpoint = self._facts(service), endpoints[service.name]
        names = [name for name, _ in service.container.env]
        values = self._fill(service, tuple(value for _, value in service.container.env), endpoints).argv
        return Laid(
            (endpoint.host.port, endpoint.mesh.port) if endpoint.host and endpoint.mesh else None,
            dict(zip(names, values, strict=True)),
            places.data_folder(service, facts.mounts, self._copy.environment(facts)),
        )

    def _container(self, service: Service) -> Container:
        self._ensure_known(service)
        self._ensure_created()
        return self._copy.container(self._facts(service).name)

    def _data(self, service: Service, container: Container) -> PurePosixPath:
        if not isinstance(service.spec, Postgres):
            raise TypeError(f"{service.name} has no data that are kept as such")
        folder = places.data(service, self._copy.environment(self._facts(service)))
        return PurePosixPath(places.covering(engine.mounts(container), folder))

    def _start(self, service: Service, endpoint: Endpoint) -> ComposeRunning:
        container, facts = self._container(service), self._facts(service)
        since = time.time() if service.name in self._running else None
        if endpoint.host:
            sockets.check_free(service, endpoint.host.port)
        with engine.explained(service.name, "start"):
            container.start()
        log = self._run / "logs" / f"{service.name}.log"
        follower = Follower(container, log, since=since)
        running = ComposeRunning(
            endpoint,
            facts.image,
            log,
            container,
            follower,
            is_oneshot=self._tools.project.is_oneshot(facts.name),
            port=endpoint.host if any(isinstance(probe, TcpProbe) for probe in service.ready) else None,
        )
        self._running[service.name] = running
        return running


def _is_container(service: Service) -> bool:
    return not isinstance(service.spec, Folder | Sqlite)


def _ensure_folder(folder: Path) -> None:
    """A folder that the account of any container may use, below one that no other user of this machine may enter."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(exist_ok=True)
    folder.chmod(0o777)
