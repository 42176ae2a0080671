"""Where a service of a compose project answers, from the host and from its neighbours. Pure; ``runtime`` asks."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from statusquo.core.endpoint import Address, Endpoint
from statusquo.core.errors import ConfigError
from statusquo.core.ports import LOOPBACK
from statusquo.core.service import Postgres, Redis, Service
from statusquo.runtimes.compose.project import Mounted

USUAL: Mapping[type, int] = {Postgres: 5432, Redis: 6379}
DATA = "/var/lib/postgresql/data"
REDIS_DATA = "/data"


def port(service: Service, exposed: Sequence[int]) -> int:
    """The port that *service* listens on in its container, which exposes some. Raises ConfigError."""
    key = f"services.{service.name}.compose.port"
    asked, ports = service.container.port, sorted(set(exposed))
    listed = " and ".join(map(str, ports)) or "none"
    if asked and ports and asked not in ports:
        raise ConfigError(
            f"{key} is {asked}, which its container does not expose; it exposes {listed}.",
            next='If it listens there, add the port to "expose" in the compose file.',
        )
    if asked or type(service.spec) in USUAL:
        return asked or USUAL[type(service.spec)]
    if len(ports) != 1:
        raise ConfigError(
            f"{key} is missing: its container exposes {listed}.",
            next="Say which port it answers on, or port = false if it has none.",
        )
    return ports[0]


def endpoint(
    service: Service, name: str, host_port: int, container_port: int, *, environment: Mapping[str, str]
) -> Endpoint:
    """Where *service*, called *name* in the project, answers. Raises ConfigError."""
    match service.spec:
        case Postgres():
            app = _login(service, environment)
        case Redis():
            password = service.container.password or environment.get("REDIS_PASSWORD", "")
            app = Address("redis", LOOPBACK, 0, password=password, name="0")
        case _:
            app = Address("http", LOOPBACK, 0)
    host = dataclasses.replace(app, port=host_port)
    mesh = dataclasses.replace(app, host=name, port=container_port)
    admin = dataclasses.replace(host, name="postgres") if isinstance(service.spec, Postgres) else None
    return Endpoint(service.name, host=host, mesh=mesh, admin=admin)


def _login(service: Service, environment: Mapping[str, str]) -> Address:
    """The superuser that the image's own variables make, in the database that they make (hub.docker.com/_/postgres)."""
    said = service.container
    user = said.user or environment.get("POSTGRES_USER") or "postgres"
    database = said.database or environment.get("POSTGRES_DB") or user
    if database == "postgres":
        raise ConfigError(
            f'Service "{service.name}": its database is "postgres".',
            why="That one is needed to copy and to replace the application's database from.",
            next="Set POSTGRES_DB in the compose file, or compose = { database = ... } if another one is used.",
        )
    password = said.password or environment.get("POSTGRES_PASSWORD", "")
    return Address("postgresql", LOOPBACK, 0, user, password, database)


def replaced(service: Service, mounts: Sequence[Mounted], environment: Mapping[str, str]) -> str:
    """What a database's container is to have an empty volume for: the mount of its data, if the files say one."""
    if not isinstance(service.spec, Postgres | Redis):
        return ""
    folder = data(service, environment)
    fitting = [mount.target for mount in mounts if folder.is_relative_to(mount.target)]
    return max(fitting, key=len, default="")


def left_in_memory(service: Service, tmpfs: Sequence[str], environment: Mapping[str, str]) -> tuple[str, ...]:
    """*tmpfs* without the data of a PostgreSQL: it would be empty when the server stops."""
    if not isinstance(service.spec, Postgres):
        return tuple(tmpfs)
    folder = data(service, environment)
    return tuple(each for each in tmpfs if not folder.is_relative_to(each.partition(":")[0]))


def data(service: Service, environment: Mapping[str, str]) -> PurePosixPath:
    """Where the images of a database keep its data."""
    return PurePosixPath(environment.get("PGDATA", DATA) if isinstance(service.spec, Postgres) else REDIS_DATA)


def covering(targets: Sequence[str], folder: PurePosixPath) -> str:
    """The innermost of *targets* that holds *folder*; the folder itself if none does."""
    fitting = [target for target in targets if folder.is_relative_to(target)]
    return max(fitting, key=len, default=str(folder))
