"""A compose project in a folder and a run of it, for one test: what the wiring would hand to ``stack.start``."""

from __future__ import annotations

import functools
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import docker
from docker.models.containers import Container as DockerContainer

from statusquo.core.endpoint import Endpoint
from statusquo.core.events import Event
from statusquo.core.protocols import Running
from statusquo.core.service import (
    Command,
    Container,
    Folder,
    HttpProbe,
    Launch,
    Postgres,
    Probe,
    Redis,
    RedisProbe,
    Service,
    SqlProbe,
)
from statusquo.runtimes.compose import client, engine, project
from statusquo.runtimes.compose.copy import Tools
from statusquo.runtimes.compose.running import ComposeRunning
from statusquo.runtimes.compose.runtime import Compose
from statusquo.services.postgres import probe as postgres_probe
from statusquo.services.redis import probe as redis_probe
from statusquo.stack import launch, ledger, stack, starter
from statusquo.stack.ledger import Ledger
from statusquo.stack.probes import Fill, Probers
from statusquo.stack.stack import Stack

PYTHON = "image: local/statusquo-python"

FILE = f"""
services:
  database:
    image: local/statusquo-postgres
    container_name: taken_by_everybody
    restart: always
    stop_signal: SIGINT
    command: ["-c", "fsync=off"]
    ports: ["5432:5432"]
    environment: {{ POSTGRES_USER: shop, POSTGRES_PASSWORD: "se$$cret" }}
    healthcheck: {{ test: ["CMD", "pg_isready", "-h", "127.0.0.1"], interval: 30s }}
  cache:
    image: local/statusquo-valkey
  prepare:
    {PYTHON}
    command: ["python", "-c", "print('prepared')"]
    depends_on: {{ database: {{ condition: service_healthy }} }}
  web:
    {PYTHON}
    init: true
    command: ["python", "-m", "http.server", "8000", "--directory", "/media"]
    expose: ["8000"]
    volumes: ["media:/media"]
    depends_on: {{ prepare: {{ condition: service_completed_successfully }} }}
volumes:
  media: {{ name: everybody_has_this_one }}
"""


DB = Service("db", Postgres("ignored"), ready=(SqlProbe(),), container=Container(service="database"))
CACHE = Service("cache", Redis(), ready=(RedisProbe(),))
MEDIA = Service("media", Folder(), listens=False, container=Container(volume="media"))
WEB = Service(
    "web",
    Command((), Path()),
    needs=("db", "media"),
    ready=(HttpProbe("/"),),
    container=Container(env=(("DB", "{db.url}"),)),
)
SHOP = (DB, CACHE, MEDIA, WEB)


@dataclass(frozen=True, slots=True)
class Bench:
    """One run of a project."""

    ledger: Ledger
    tools: Tools
    runtime: Compose
    services: Sequence[Service]
    engine: docker.DockerClient
    events: list[Event] = field(default_factory=list)

    @contextmanager
    def start(self, *names: str) -> Iterator[Stack]:
        """Start the services of those names, or all of them, as a stack."""
        wanted = [each for each in self.services if not names or each.name in names]
        probers = Probers(sql=postgres_probe.answer, redis=redis_probe.answer)
        tools = starter.Tools(self.runtime, fill(self.ledger.folder), probers, self.ledger)
        with stack.opened(tools) as running:
            running.ensure(wanted, emit=self.events.append)
            yield running

    def another(self, name: str) -> Compose:
        """A second copy of the project for the same run."""
        folder, run = self.ledger.folder / name, self.ledger.record.run
        folder.mkdir()
        return Compose(
            folder,
            run,
            tools=self.tools,
            services=self.services,
            fill=fill(folder),
            name=f"statusquo-{run}-{name}",
        )

    def left(self) -> list[str]:
        """What the engine still has of the run."""
        return left(self.engine, self.ledger.record.run)


def program(name: str, *ready: Probe) -> Service:
    """A service that is a program in a container of the same name."""
    return Service(name, Command((), Path()), ready=ready, within=20.0, patience=1.0)


def fill(folder: Path) -> Fill:
    """What fills placeholders in."""
    return functools.partial(launch.resolve, project=folder, environment={})


@contextmanager
def opened(
    folder: Path, environment: Mapping[str, str], services: Sequence[Service], text: str = FILE
) -> Iterator[Bench]:
    """A run of the project whose only file holds *text*; all of it is removed at the end."""
    file = folder / "docker-compose.yml"
    file.write_text(text)
    found = client.find(environment)
    with (
        closing(engine.connect(environment)) as connected,
        closing(docker.DockerClient(base_url=connected.host)) as seen,
        ledger.opened(folder / "state", nonce="nonce", emit=lambda _: None) as book,
    ):
        tools = Tools(found, connected, project.read(found, [file]))
        runtime = Compose(book.folder, book.record.run, tools=tools, services=services, fill=fill(folder))
        try:
            yield Bench(book, tools, runtime, services, seen)
        finally:
            runtime.clear()


def left(connected: docker.DockerClient, run: str) -> list[str]:
    """The ids of all that carries a run's label."""
    mine: dict[str, str | list[str] | bool] = {"label": f"{engine.RUN}={run}"}
    found = [*connected.containers.list(all=True, filters=mine), *connected.networks.list(filters=mine)]
    return [str(each.id) for each in (*found, *connected.volumes.list(filters=mine))]


def url(endpoint: Endpoint) -> str:
    """How the tests reach a service."""
    assert endpoint.host
    return endpoint.host.url


def neighbours_url(endpoint: Endpoint) -> str:
    """How other services reach a service."""
    assert endpoint.mesh
    return endpoint.mesh.url


def wait_for_end(running: Running) -> None:
    """Wait until it is known how the container of a service has ended."""
    assert isinstance(running, ComposeRunning)
    assert running.follower
    running.follower.join(10)


def container(running: Running) -> DockerContainer:
    """The container behind a service."""
    assert isinstance(running, ComposeRunning)
    assert running.container
    return running.container


def run(launch: Launch) -> str:
    """What a command prints that ends well."""
    return subprocess.run(
        launch.argv, cwd=launch.cwd, env=dict(launch.env), check=True, text=True, stdout=subprocess.PIPE
    ).stdout
