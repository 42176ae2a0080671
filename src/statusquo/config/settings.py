"""What a configuration says once it is known to be right: frozen values that the wiring and the doors read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from statusquo.config.data import AssetsSettings
from statusquo.core.endpoint import Endpoint
from statusquo.core.service import Command, Env, Prerequisite, Service

StoreKind = Literal["postgres", "redis", "files", "sqlite"]
Platform = Literal["native", "compose", "external"]
"""How the services get to run."""


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """A store that goes back to its baseline; its name is that of the service, folder or file it lives in."""

    name: str
    kind: StoreKind
    keep: tuple[str, ...] = ()
    """Glob patterns of Redis keys that a rewind never touches; presets are spelt out."""
    databases: int = 16
    """How many databases a Redis has."""
    database: str = ""
    """The name of the database in a PostgreSQL server; lanes after the first have names of their own."""


@dataclass(frozen=True, slots=True)
class RewindSettings:
    """How databases are put back."""

    settle: float = 2.0
    """Seconds that a rewind waits for transactions in flight."""
    busy: Literal["wait", "cancel", "terminate"] = "wait"
    """What is done to those who are still there then: nothing, their statement ends, their connection ends."""
    on_ddl: Literal["swap", "fail"] = "swap"
    """What happens when rows are not all that changed: a copy takes the database's place, or the rewind fails."""


@dataclass(frozen=True, slots=True)
class CommandStep:
    """A recipe step: run a program in the folder and environment of the service ``Config.recipe_service``."""

    title: str
    argv: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SqlStep:
    """A recipe step: run an SQL file in a database, as its owner."""

    title: str
    file: Path
    on: str


@dataclass(frozen=True, slots=True)
class UnpackStep:
    """A recipe step: unpack a tar archive into a folder of the stack."""

    title: str
    archive: Path
    into: str
    limit: int
    """Bytes that it may unpack to."""


@dataclass(frozen=True, slots=True)
class LoadStep:
    """A recipe step: load test data, by the facts in their lock, into a database."""

    title: str
    dataset: Path
    """A file, or a folder of files."""
    on: str


Step = CommandStep | LoadStep | SqlStep | UnpackStep


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """How the ``api`` fixture reaches and enters the system."""

    service: str
    auth: Literal["basic", "token"] = "basic"
    password: str = ""
    """The password that the users of the test data share."""
    login: str = ""
    """With ``auth = "token"``: the path that takes username and password and answers with the token."""
    token_field: str = "token"
    """The field of the login's answer that holds the token."""
    scheme: str = "Token"
    """The word before the token in the Authorization header."""


@dataclass(frozen=True, slots=True)
class Variant:
    """Other values for environment variables of some services."""

    name: str
    env: tuple[tuple[str, Env], ...]
    """By service: what is laid over its own variables."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One value of the configuration, for people: its key path, its value as TOML has it, and who said so."""

    key: str
    value: object
    source: str


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration of one project."""

    path: Path
    """The file it came from."""
    name: str
    platform: Platform
    external: tuple[Endpoint, ...]
    """Where somebody else runs the services, in their order; those that are left out are not asked for."""
    compose: tuple[Path, ...]
    """The files of the compose project that runs the services."""
    services: tuple[Service, ...]
    """Services, folders and database files, in the order of the file."""
    stores: tuple[StoreSettings, ...]
    """In the order in which they are put back: databases, folders, Redis."""
    recipe: tuple[Step, ...]
    dump: tuple[str, ...]
    """The command that writes the data of a running stack to where the recipe loads them from; empty: none."""
    assets: AssetsSettings
    """The test data, which a dump writes and a load reads."""
    recipe_service: str
    """The service whose folder and environment the recipe's commands get; empty if there is none."""
    watch: tuple[str, ...]
    """Glob patterns, below the project, of files whose change makes a new baseline."""
    rewind: RewindSettings
    pass_env: tuple[str, ...]
    """Environment variables that services see besides the usual ones; glob patterns."""
    state: Path
    """Where runs are kept."""
    cache: Path
    """Where baselines are kept; several checkouts may share it."""
    idle: float
    """Seconds without anybody using it after which a stack that was left running is stopped; 0: never."""
    api: ApiSettings | None
    start: tuple[str, ...]
    """The services that a test needs that says nothing else; what these need comes with them."""
    variants: tuple[Variant, ...]
    prerequisites: tuple[Prerequisite, ...]
    settings: tuple[Setting, ...]

    @property
    def project(self) -> Path:
        """The folder of the configuration file; relative paths start here."""
        return self.path.parent

    def service(self, name: str) -> Service:
        """The service of that name, which exists."""
        return next(service for service in self.services if service.name == name)

    def command(self, name: str) -> Command | None:
        """What the service of that name runs, if it is a command."""
        return next(
            (s.spec for s in self.services if s.name == name and isinstance(s.spec, Command)),
            None,
        )
