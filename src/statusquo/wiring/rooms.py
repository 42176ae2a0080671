"""Which room serves what: the runtime, the probers and the recipe steps of a configuration; stores are in ``storage``.

Drivers are imported here, when a stack needs them and not before: a stack without a database needs no database driver.
"""

from __future__ import annotations

import dataclasses
import fnmatch
import functools
import importlib.util
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from statusquo.assets.volumes import unpacking
from statusquo.assets.volumes.items import Limits
from statusquo.config import CommandStep, Config, LoadStep, SqlStep, Step, UnpackStep
from statusquo.core import processes
from statusquo.core.endpoint import Address
from statusquo.core.errors import ConfigError, MissingProgram
from statusquo.core.known import Known
from statusquo.core.protocols import Owner, Recipe, Running
from statusquo.core.service import Postgres, Redis, RedisProbe, Service, Sqlite, SqlProbe
from statusquo.recipes.command import CommandRecipe
from statusquo.recipes.load import LoadRecipe
from statusquo.recipes.sqlite import SqliteRecipe
from statusquo.recipes.unpack import UnpackRecipe
from statusquo.runtimes.native import Native
from statusquo.services import catalog
from statusquo.stack import launch
from statusquo.stack.probes import Fill, Probers

if TYPE_CHECKING:
    from statusquo.runtimes.compose.copy import Tools

_PASSED = (
    "HOME",
    "LANG",
    "LANGUAGE",
    "LC_*",
    "LOGNAME",
    "PATH",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONPATH",
    "SHELL",
    "SSL_CERT_*",
    "TEMP",
    "TMP",
    "TMPDIR",
    "TZ",
    "USER",
    "VIRTUAL_ENV",
)
"""What services see of our environment. Not DATABASE_URL and its like: those of the shell may point at real data."""

_DRIVERS = {"postgres": "psycopg", "redis": "redis", "compose": "docker"}


@dataclasses.dataclass(frozen=True, slots=True)
class Rooms:
    """The adapters of one configuration."""

    config: Config
    environment: Mapping[str, str]
    """What services see besides their own variables."""
    find: Callable[[Service], Known | None]
    """The known kind of a service, whose program is looked for once."""
    tools: Callable[[], Tools]
    """Docker Compose and all that belongs to it, for a stack of containers."""

    def runtime(self, folder: Path, run: str) -> Owner:
        """The runtime of one run, whose state lives in *folder*.

        Raises MissingProgram; ConfigError, also for a stack that is not ours.
        """
        self.check_owned()
        if self.config.platform == "compose":
            from statusquo.wiring import containers  # noqa: PLC0415 - the engine's SDK is an extra

            return containers.runtime(self.config, self.tools(), self.fill, folder=folder, run=run)
        return Native(folder, run, known=self.known)

    def check_owned(self) -> None:
        """Return if the stack is ours to build and start. Raises ConfigError."""
        if self.config.platform == "external":
            raise ConfigError(
                f'The stack "{self.config.name}" is external: nothing of it is built or started here.',
                why="Its baseline is how it was when it was adopted.",
                next="'statusquo adopt' takes it anew.",
            )

    def programs(self) -> dict[str, str]:
        """What runs each service whose program or image we know, with its version. Raises as ``runtime``."""
        if self.config.platform == "compose":
            from statusquo.wiring import containers  # noqa: PLC0415 - as above

            return containers.identities(self.config, self.tools(), self.fill)
        known = {service.name: self.known(service) for service in self.config.services}
        return {name: each.program().what for name, each in known.items() if each}

    def known(self, service: Service) -> Known | None:
        """The known kind of a service. Raises MissingProgram when its driver is not installed."""
        self.require_driver(service)
        return self.find(service)

    def require_driver(self, service: Service) -> None:
        """Return if what we talk to *service* with is installed. Raises MissingProgram."""
        for spec, extra in ((Postgres, "postgres"), (Redis, "redis")):
            if isinstance(service.spec, spec):
                _require(extra, f'Service "{service.name}"')

    def prepare(self, service: Service, running: Running) -> None:
        """Make a database that an image has started as one of ours would be, before its first data."""
        where = running.endpoint
        if self.config.platform == "compose" and isinstance(service.spec, Postgres) and where.admin and where.host:
            from statusquo.services.postgres import settling  # noqa: PLC0415 - the driver is an extra

            settling.settle(service.spec, where.admin, database=where.host.name)

    @property
    def fill(self) -> Fill:
        """How a command's placeholders are filled in."""
        return functools.partial(launch.resolve, project=self.config.project, environment=self.environment)

    @property
    def probers(self) -> Probers:
        """How databases are asked whether they are ready."""
        return Probers(sql=_ask_sql, redis=_ask_redis)

    def recipe(self, log: Path, run: str, runtime: Owner | None = None) -> tuple[Recipe, ...]:
        """The steps of the recipe, in order; output goes to *log*, programs carry the run's label.

        Without a *runtime* they can be asked for their fingerprints.
        """
        return tuple(self._step(step, log, run, runtime) for step in self.config.recipe)

    def _step(self, step: Step, log: Path, run: str, runtime: Owner | None) -> Recipe:
        match step:
            case CommandStep(title=title, argv=argv):
                service = self.config.service(self.config.recipe_service)
                command = self.config.command(service.name)
                if command is None:
                    raise AssertionError(f"{service.name} was checked to be a command")
                labelled = {**self.environment, **processes.label(run)}
                fill = functools.partial(launch.resolve, service, project=self.config.project, environment=labelled)
                return CommandRecipe(
                    title,
                    argv,
                    command.cwd,
                    command.env,
                    launch=lambda argv, at: runtime.command(service, fill(argv, at)) if runtime else fill(argv, at),
                    log=log,
                )
            case SqlStep(title=title, file=file, on=on) if isinstance(self.config.service(on).spec, Sqlite):
                return SqliteRecipe(title, file, on)
            case SqlStep(title=title, file=file, on=on):
                from statusquo.recipes.sql import SqlRecipe  # noqa: PLC0415 - psycopg, only where there is a database

                return SqlRecipe(title, file, on)
            case LoadStep(title=title, dataset=dataset, on=on):
                from statusquo.wiring import records  # noqa: PLC0415 - only where data are loaded

                return LoadRecipe(title, dataset, on, records.load)
            case UnpackStep(title=title, archive=archive, into=into, limit=limit):
                unpack = functools.partial(unpacking.unpack, limits=Limits(bytes=limit))
                return UnpackRecipe(title, archive, into, unpack)


def rooms(config: Config, environ: Mapping[str, str]) -> Rooms:
    """The adapters of *config* for somebody whose environment is *environ*."""
    seen = environment(environ, config.pass_env)
    return Rooms(
        config,
        seen,
        catalog.known(seen),
        functools.cache(functools.partial(_tools, config, {**seen, **_engine(environ)})),
    )


def environment(environ: Mapping[str, str], pass_env: Sequence[str]) -> dict[str, str]:
    """What services see of *environ*: the usual names, those that match *pass_env*, our Python first on the PATH."""
    patterns = (*_PASSED, *pass_env)
    passed = {name: value for name, value in environ.items() if any(fnmatch.fnmatchcase(name, p) for p in patterns)}
    ours = str(Path(sys.executable).parent)
    return {**passed, "PATH": os.pathsep.join((ours, passed.get("PATH", os.defpath))), "PYTHONUNBUFFERED": "1"}


@contextmanager
def cleared(runtime: Owner) -> Iterator[None]:
    """Remove at the end what a run has made outside its folder."""
    try:
        yield
    finally:
        runtime.clear()


def _tools(config: Config, environment: Mapping[str, str]) -> Tools:
    _require("compose", f"{config.path.name}: stack.platform")
    from statusquo.wiring import containers  # noqa: PLC0415 - the engine's SDK is an extra

    return containers.tools(config, environment)


def _engine(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that say which engine, and nothing to the services."""
    return {name: value for name, value in environ.items() if name.startswith("DOCKER_")}


def _ask_sql(address: Address, probe: SqlProbe) -> str:
    from statusquo.services.postgres import probe as postgres  # noqa: PLC0415

    return postgres.answer(address, probe)


def _ask_redis(address: Address, probe: RedisProbe) -> str:
    from statusquo.services.redis import probe as redis  # noqa: PLC0415

    return redis.answer(address, probe)


def _require(extra: str, who: str) -> None:
    if importlib.util.find_spec(_DRIVERS[extra]) is None:
        raise MissingProgram(
            f"{who} needs the Python package {_DRIVERS[extra]}, which is not installed.",
            next=f"Run: pip install 'statusquo[{extra}]'",
        )
