"""A run as a compose project of its own, each service started by us. The wiring makes one ``Compose`` for a run.

The project is created as a whole at the first need, then containers are started one by one, when what they need is
ready by our own probes. Below the run's folder, ``compose.override.yml`` is what is laid over the project's files,
``folders/NAME`` a named volume that is a folder of files, ``logs/NAME.log`` what a container prints.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from docker.models.containers import Container

from statusquo.core.endpoint import Endpoint
from statusquo.core.protocols import Running
from statusquo.core.service import Launch, Postgres, Service, TcpProbe
from statusquo.runtimes import sockets
from statusquo.runtimes.compose import engine, places
from statusquo.runtimes.compose.chart import Chart, Fill
from statusquo.runtimes.compose.copy import Copy, Tools
from statusquo.runtimes.compose.follower import Follower
from statusquo.runtimes.compose.running import ComposeRunning

DATA = "data.tar"


class Compose:
    """The compose runtime of one run; safe to use from several threads at once for different services."""

    def __init__(
        self, run: Path, run_id: str, *, tools: Tools, services: Sequence[Service], fill: Fill, name: str = ""
    ) -> None:
        self._run = run
        self._project = tools.project
        self._copy = Copy(tools, run, run=run_id, name=name or f"statusquo-{run_id}")
        self._chart = Chart(tools.project, self._copy, services=services, fill=fill, run=run)
        self._running: dict[str, ComposeRunning] = {}
        self._is_created = False
        self._lock = threading.Lock()

    def complete(self, services: Sequence[Service]) -> tuple[Service, ...]:
        """*services* with what the files say they depend on, and the services behind that. Raises ConfigError."""
        return self._chart.complete(services)

    def address(self, service: Service) -> Endpoint:
        """Where *service* will answer. Raises ConfigError, MissingProgram, ServiceFailed."""
        return self._chart.address(service)

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
        name = self._chart.facts(service).name
        running = self._running.get(service.name)
        if running and running.is_up:
            return self._copy.launch("exec", "-T", name, *launch.argv)
        self._ensure_created(service)
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
        """What decides what *service* does: its image and what the files say of it. Raises as ``address``."""
        facts = self._chart.facts(service)
        return f"{facts.image} {self._copy.image(facts).id}, {facts.digest[:12]}"

    def clear(self) -> None:
        """Remove all that was made in the engine."""
        self._copy.remove()

    def _ensure_created(self, service: Service) -> None:
        """Create the containers once, and those anew whose variables have changed; the others stay as they are."""
        with self._lock:
            if self._chart.differs(service) or not self._is_created:
                endpoints = self._chart.endpoints()
                for endpoint in endpoints.values():
                    if endpoint.path:
                        _ensure_folder(endpoint.path)
                self._copy.create(self._chart.laid(endpoints), self._chart.folders(endpoints))
                self._is_created = True

    def _container(self, service: Service) -> Container:
        self._ensure_created(service)
        return self._copy.container(self._chart.facts(service).name)

    def _data(self, service: Service, container: Container) -> PurePosixPath:
        if not isinstance(service.spec, Postgres):
            raise TypeError(f"{service.name} has no data that are kept as such")
        folder = places.data(service, self._copy.environment(self._chart.facts(service)))
        return PurePosixPath(places.covering(engine.mounts(container), folder))

    def _start(self, service: Service, endpoint: Endpoint) -> ComposeRunning:
        container, facts = self._container(service), self._chart.facts(service)
        since = time.time() if service.name in self._running else None
        if endpoint.host:
            sockets.check_free(service, endpoint.host.port)
        with engine.explained(service.name, "start"):
            container.start()
        log = self._run / "logs" / f"{service.name}.log"
        running = ComposeRunning(
            endpoint,
            facts.image,
            log,
            container,
            Follower(container, log, since=since),
            is_oneshot=self._project.is_oneshot(facts.name),
            port=endpoint.host if any(isinstance(probe, TcpProbe) for probe in service.ready) else None,
        )
        self._running[service.name] = running
        return running


def _ensure_folder(folder: Path) -> None:
    """A folder that the account of any container may use, below one that no other user of this machine may enter."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(exist_ok=True)
    folder.chmod(0o777)
