"""What the stack is made of, as the configuration asks for it: services, folders, files, probes. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class TcpProbe:
    """Ready when the service's port accepts a connection."""


@dataclass(frozen=True, slots=True)
class HttpProbe:
    """Ready when ``GET path`` answers with ``status``."""

    path: str
    status: int = 200


@dataclass(frozen=True, slots=True)
class CommandProbe:
    """Ready when the command exits with 0; it runs in the service's folder and environment."""

    argv: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SqlProbe:
    """Ready when the query succeeds in the database named by ``on``; a SELECT has to give a row."""

    query: str = "SELECT 1"
    on: str = ""
    """A postgres service; empty: the service itself."""


@dataclass(frozen=True, slots=True)
class RedisProbe:
    """Ready when PING is answered, or, with ``key``, when that key exists (a worker has registered)."""

    key: str = ""
    on: str = ""
    """A redis service; empty: the service itself."""


Env = tuple[tuple[str, str], ...]
"""Environment variables: name and value."""

Probe = TcpProbe | HttpProbe | CommandProbe | SqlProbe | RedisProbe


@dataclass(frozen=True, slots=True)
class Postgres:
    """A private PostgreSQL server with one database, owned by a role that is not a superuser."""

    database: str
    version: str = ""
    """A requirement such as ``>=15``; empty accepts any that we support (14 and newer)."""
    extensions: tuple[str, ...] = ()
    """Created before the recipe runs; also what a provider must have."""
    settings: tuple[tuple[str, str], ...] = ()
    """Server settings, laid over ours."""


@dataclass(frozen=True, slots=True)
class Redis:
    """A private Redis or Valkey server without persistence."""

    databases: int = 16


@dataclass(frozen=True, slots=True)
class Command:
    """Any program that runs in the foreground until it is told to stop."""

    argv: tuple[str, ...]
    cwd: Path
    env: Env = ()
    watch: tuple[str, ...] = ()
    """Names of files below the folder, as glob patterns: a program that was left running is started anew when they
    have changed."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of files that services share: a volume. It has no process, and lives and goes with the run."""


@dataclass(frozen=True, slots=True)
class Sqlite:
    """A SQLite database that services share. It has no process, and lives and goes with the run.

    The file is not there until a service, or the recipe, makes it.
    """


Spec = Postgres | Redis | Command | Folder | Sqlite


@dataclass(frozen=True, slots=True)
class Container:
    """What a compose project knows of a service or folder that its own description does not say; empty: as usual."""

    service: str = ""
    """Its name there, if it is another one."""
    port: int | None = None
    """The port it listens on in its container; ``None``: its kind's, or the only one that it exposes."""
    volume: str = ""
    """The named volume that a folder is."""
    env: Env = ()
    """Laid over the container's own variables."""
    user: str = ""
    password: str = ""
    database: str = ""
    """A database's login and name, where its container's variables do not say them."""


@dataclass(frozen=True, slots=True)
class Service:
    """One node of the stack: what it is, what it needs first, how we know that it is ready and how it stops."""

    name: str
    spec: Spec
    needs: tuple[str, ...] = ()
    ready: tuple[Probe, ...] = ()
    """All must hold; empty: the process is alive (a folder: it exists)."""
    within: float = 30.0
    """Seconds to become ready."""
    port: int | None = None
    """A fixed port; ``None``: a leased one."""
    listens: bool = True
    """False for a service without a port (a worker)."""
    patience: float = 5.0
    """Seconds between interrupt and terminate, and again between terminate and kill."""
    container: Container = Container()


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """What has to hold of the running system before any test."""

    name: str
    service: str
    """Whom the probe asks, in whose folder and environment a command runs."""
    probe: Probe
    hint: str
    """What to do about it, in the words of the project."""


@dataclass(frozen=True, slots=True)
class Launch:
    """A command service with every placeholder filled in: what a runtime starts."""

    argv: tuple[str, ...]
    cwd: Path
    env: tuple[tuple[str, str], ...] = field(default=())
