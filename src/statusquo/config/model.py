"""The shape of the configuration file, for pydantic: which keys there are and what type each has.

Everything that needs a second look (names, cycles, placeholders) is in ``check``. The module is long because it is the
file format, which is read from top to bottom.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field


def split(value: object) -> object:
    """A command as its words: a string is split as a shell would, without one. Raises ValueError if there are none."""
    words = shlex.split(value) if isinstance(value, str) else value
    if not isinstance(words, list) or not words:
        raise ValueError("A command is a string or a list of strings, the program first")
    return tuple(words)


def _listed(value: object) -> object:
    if not isinstance(value, dict | list):
        raise ValueError('A probe is a table such as { http = "/health/" }; there may be a list of them')
    return [value] if isinstance(value, dict) else value


def _specifier(text: str) -> str:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415 - few files name a version

    try:
        SpecifierSet(text)
    except InvalidSpecifier:
        raise ValueError('A version is a comparison such as ">=15" or "==17.*"') from None
    return text


def _database(name: str) -> str:
    if not 0 < len(name.encode()) <= _LONGEST_DATABASE or name in _BUILT_IN:
        raise ValueError(f"A database has a name of 1 to {_LONGEST_DATABASE} bytes, and not {', '.join(_BUILT_IN)}")
    return name


def _pattern(text: str) -> str:
    if not text:
        raise ValueError("An empty pattern names no file")
    try:
        next(Path("nowhere").glob(text), None)
    except NotImplementedError:
        raise ValueError("A pattern is relative to the folder of this file") from None
    return text


_BUILT_IN = ("postgres", "template0", "template1")
_LONGEST_DATABASE = 54
"""PostgreSQL cuts names at 63 bytes, and the template's ends in ``_template``."""

Argv = Annotated[tuple[str, ...], BeforeValidator(split)]
Seconds = Annotated[float, Field(gt=0)]
Size = Annotated[str, Field(pattern=r"^\d+ ?[kMG]B$")]
"""Bytes, as in "300kB"."""
PortNumber = Annotated[int, Field(ge=1, le=65535)]


class Table(BaseModel):
    """A table of the file: unknown keys are errors, and a string is never taken for a number."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)  # a file uses few of them


class StackTable(Table):
    """``[stack]``: what concerns all services."""

    name: str = ""
    platform: Literal["native", "compose", "external"] = "native"
    pass_env: list[str] = []
    state: str = ".statusquo"
    start: list[str] | None = None
    idle: Annotated[float, Field(ge=0)] = 7200.0


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
    """``{ sql = "SELECT ...", on = "db" }``: the query succeeds; a SELECT has to give a row."""

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


class ContainerTable(Table):
    """``compose = { service = "cvat_db", port = 5432 }`` of a service: what its container is called, and the like."""

    service: str = ""
    port: PortNumber | None = None
    env: dict[str, str] = {}
    user: str = ""
    password: str = ""
    database: str = ""


class VolumeTable(Table):
    """``compose = { volume = "media" }`` of a folder."""

    volume: str


class ServiceTable(Table):
    """What every service has."""

    kind: str = "command"
    compose: ContainerTable | None = None
    needs: list[str] = []
    ready: Annotated[list[dict[str, object]], BeforeValidator(_listed)] = []
    within: Seconds = 30.0
    patience: Seconds = 5.0


class PostgresTable(ServiceTable):
    """``kind = "postgres"``."""

    port: PortNumber | None = None
    database: Annotated[str, AfterValidator(_database)] = "app"
    version: Annotated[str, AfterValidator(_specifier)] = ""
    extensions: list[str] = []
    settings: dict[str, str | int | float | bool] = {}


class RedisTable(ServiceTable):
    """``kind = "redis"``."""

    port: PortNumber | None = None
    databases: Annotated[int, Field(ge=1, le=1024)] = 16


class CommandTable(ServiceTable):
    """``command = "..."``; a service that only containers run has none."""

    command: Argv = ()
    cwd: str = "."
    env: dict[str, str] = {}
    port: PortNumber | Literal[False] | None = None
    watch: list[str] = ["*.py"]


SERVICES: dict[str, type[ServiceTable]] = {"postgres": PostgresTable, "redis": RedisTable, "command": CommandTable}


class FilesStoreTable(Table):
    """``[stores.NAME] kind = "files"``: a private folder."""

    kind: Literal["files"]
    compose: VolumeTable | None = None


class SqliteStoreTable(Table):
    """``[stores.NAME] kind = "sqlite"``: a private database file."""

    kind: Literal["sqlite"]


STORES: dict[str, type[Table]] = {"files": FilesStoreTable, "sqlite": SqliteStoreTable}


class RedisStoreTable(Table):
    """``[stores.NAME]`` of a redis service."""

    keep: list[str] = []


class VariantTable(Table):
    """``[variants.NAME]``: environment variables by service, laid over its own."""

    env: dict[str, dict[str, str]]


class PrerequisiteTable(Table):
    """``[prerequisites.NAME]``: what stands there besides a probe of ``READY``."""

    hint: str
    on: str = ""


class SqlStepTable(Table):
    """``{ sql = "seed.sql", on = "db" }``."""

    sql: str
    on: str = ""


class LoadStepTable(Table):
    """``{ load = "assets/data.json", on = "db" }``."""

    load: str
    on: str = ""


class UnpackStepTable(Table):
    """``{ unpack = "media.tar.bz2", into = "media" }``."""

    unpack: str
    into: str
    limit: Size = "4GB"


class ExternalTable(Table):
    """``[external.NAME]``, or ``NAME = "URL"`` in ``[external]``: where somebody else runs it."""

    url: str
    admin: str = ""


class ComposeTable(Table):
    """``[compose]``: the files of the project, as ``docker compose -f`` takes them."""

    files: list[str]


class BaselineTable(Table):
    """``[baseline]``: how the first baseline comes to be."""

    as_: Annotated[str, Field(alias="as")] = ""
    recipe: list[str | dict[str, object]] = []
    watch: list[Annotated[str, AfterValidator(_pattern)]] = ["**/migrations/*.py"]
    cache: str = ""
    dump: Argv = ()


class RewindTable(Table):
    """``[rewind]``."""

    settle: Seconds = 2.0
    busy: Literal["wait", "cancel", "terminate"] = "wait"
    on_ddl: Literal["swap", "fail"] = "swap"


class ApiTable(Table):
    """``[api]``: how tests enter the system."""

    service: str
    auth: Literal["basic", "token"] = "basic"
    password: str = ""
    login: str = ""
    token_field: str = "token"
    scheme: str = "Token"


class AssetsTable(Table):
    """``[assets]``: the test data of the project, and what of a database belongs to them."""

    dataset: str = ""
    on: str = ""
    split: Literal["app", "model"] | None = None
    order: Literal["alphabetical", "loadable"] | None = None
    models: list[str] = []
    noise: list[str] = []
    keep: list[str] = []
    elsewhere: list[str] = []
    natural: list[str] = []
    references: dict[str, str] = {}
    anonymise: dict[str, object] = {}
    personal: list[str] = []
    salt: str = ""
    volatile: list[str] = []
    volumes: dict[str, str] = {}
    exclude: list[str] = []


class WaiverTable(Table):
    """One of ``lint.waive``: findings that are accepted, and why."""

    rule: Annotated[str, Field(pattern=r"^F\d{3}$")]
    at: str = "*"
    reason: Annotated[str, Field(min_length=1)]


class LintTable(Table):
    """``[lint]``: which test data are checked, and what is expected of them."""

    paths: list[str] = []
    budget: Size = "300kB"
    growth: Size = "0kB"
    archives: list[str] = []
    counts: dict[str, str] = {}
    roots: list[str] = []
    reserved: Annotated[int, Field(ge=0)] = 0
    waive: list[dict[str, object]] = []


def in_bytes(size: str) -> int:
    """The number that a ``Size`` says."""
    return int(size[:-2]) * {"k": 10**3, "M": 10**6, "G": 10**9}[size[-2]]


TOP = (
    "stack",
    "services",
    "stores",
    "external",
    "compose",
    "baseline",
    "rewind",
    "api",
    "variants",
    "prerequisites",
    "assets",
    "lint",
)
"""The tables that a file may hold."""


def defaults(raw: Mapping[str, object]) -> Iterator[tuple[tuple[str, ...], object]]:
    """The values that hold where the file is silent: every key of the tables it has or need not have."""
    singles: dict[str, type[Table]] = {"stack": StackTable, "baseline": BaselineTable, "rewind": RewindTable}
    if "api" in raw:
        singles["api"] = ApiTable
    if "lint" in raw:
        singles["lint"] = LintTable
    if "assets" in raw:
        singles["assets"] = AssetsTable
    for name, table in singles.items():
        yield from _defaults((name,), table)
    services = raw.get("services")
    for name, service in services.items() if isinstance(services, dict) else ():
        yield from _defaults(("services", name), SERVICES[str(service.get("kind", "command"))])


def _defaults(prefix: tuple[str, ...], table: type[Table]) -> Iterator[tuple[tuple[str, ...], object]]:
    for name, field in table.model_fields.items():
        if not field.is_required() and field.default not in (None, "", [], {}):
            yield (*prefix, field.alias or name), field.default
