"""The shape of the configuration file, for pydantic: which keys there are and what type each has.

Only ``read`` uses these; everything that needs a second look (names, cycles, placeholders) is in ``check``.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def split(value: object) -> object:
    """A command as its words: a string is split as a shell would, without one."""
    if isinstance(value, str):
        return tuple(shlex.split(value))
    return tuple(value) if isinstance(value, list) else value


def _listed(value: object) -> object:
    return [value] if isinstance(value, dict) else value


Argv = Annotated[tuple[str, ...], BeforeValidator(split), Field(min_length=1)]
Seconds = Annotated[float, Field(gt=0)]
PortNumber = Annotated[int, Field(ge=1, le=65535)]


class Table(BaseModel):
    """A table of the file: unknown keys are errors, and a string is never taken for a number."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class StackTable(Table):
    """``[stack]``: what concerns all services."""

    name: str = ""
    pass_env: list[str] = []
    state: str = ".statusquo"


class TcpReady(Table):
    """``{ tcp = true }``: the port accepts a connection."""

    tcp: Literal[True]


class HttpReady(Table):
    """``{ http = "/health/", status = 200 }``: a GET is answered with that status."""

    http: Annotated[str, Field(pattern="^/")]
    status: int = 200


class CommandReady(Table):
    """``{ command = "..." }``: the command exits with 0."""

    command: Argv


class SqlReady(Table):
    """``{ sql = "SELECT ...", on = "db" }``: the query succeeds."""

    sql: str
    on: str = ""


class RedisReady(Table):
    """``{ redis = "rq:worker:*", on = "redis" }``: a key of that pattern exists; an empty pattern: PING is answered."""

    redis: str
    on: str = ""


READY: dict[str, type[Table]] = {
    "tcp": TcpReady,
    "http": HttpReady,
    "command": CommandReady,
    "sql": SqlReady,
    "redis": RedisReady,
}


class ServiceTable(Table):
    """What every service has."""

    kind: str = "command"
    needs: list[str] = []
    ready: Annotated[list[dict[str, object]], BeforeValidator(_listed)] = []
    within: Seconds = 30.0
    patience: Seconds = 5.0


class PostgresTable(ServiceTable):
    """``kind = "postgres"``."""

    port: PortNumber | None = None
    database: str = "app"
    version: str = ""
    extensions: list[str] = []
    settings: dict[str, str | int | float | bool] = {}


class RedisTable(ServiceTable):
    """``kind = "redis"``."""

    port: PortNumber | None = None
    databases: Annotated[int, Field(ge=1, le=1024)] = 16


class CommandTable(ServiceTable):
    """``command = "..."``."""

    command: Argv
    cwd: str = "."
    env: dict[str, str] = {}
    port: PortNumber | Literal[False] | None = None


SERVICES: dict[str, type[ServiceTable]] = {"postgres": PostgresTable, "redis": RedisTable, "command": CommandTable}


class FilesStoreTable(Table):
    """``[stores.NAME] kind = "files"``: a folder."""

    kind: Literal["files"]
    path: str | None = None


class RedisStoreTable(Table):
    """``[stores.NAME]`` of a redis service."""

    keep: list[str] = []


class SqlStepTable(Table):
    """``{ sql = "seed.sql", on = "db" }``."""

    sql: str
    on: str = ""


class UnpackStepTable(Table):
    """``{ unpack = "media.tar.bz2", into = "media" }``."""

    unpack: str
    into: str


class BaselineTable(Table):
    """``[baseline]``: how the first baseline comes to be."""

    as_: Annotated[str, Field(alias="as")] = ""
    recipe: list[str | dict[str, object]] = []
    watch: list[str] = ["**/migrations/*.py"]


class RewindTable(Table):
    """``[rewind]``."""

    settle: Seconds = 2.0


class ApiTable(Table):
    """``[api]``: how tests enter the system."""

    service: str
    auth: Literal["basic", "token"] = "basic"
    password: str = ""
    login: str = ""
    token_field: str = "token"
    scheme: str = "Token"


TOP = ("stack", "services", "stores", "baseline", "rewind", "api")
"""The tables that a file may hold."""


def defaults(raw: Mapping[str, object]) -> Iterator[tuple[tuple[str, ...], object]]:
    """The values that hold where the file is silent: every key of the tables it has or need not have."""
    singles: dict[str, type[Table]] = {"stack": StackTable, "baseline": BaselineTable, "rewind": RewindTable}
    if "api" in raw:
        singles["api"] = ApiTable
    for name, table in singles.items():
        yield from _defaults((name,), table)
    services = raw.get("services")
    for name, service in services.items() if isinstance(services, dict) else ():
        yield from _defaults(("services", name), SERVICES[str(service.get("kind", "command"))])


def _defaults(prefix: tuple[str, ...], table: type[Table]) -> Iterator[tuple[tuple[str, ...], object]]:
    for name, field in table.model_fields.items():
        if not field.is_required() and field.default not in (None, "", [], {}):
            yield (*prefix, field.alias or name), field.default
