"""Which room serves what: the runtime, the probers, the stores and the recipe steps of a configuration.

Drivers are imported here, when a stack needs them and not before: a stack without a database needs no database driver.
"""

from __future__ import annotations

import dataclasses
import fnmatch
import functools
import importlib.util
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from statusquo.config import CommandStep, Config, RewindSettings, SqlStep, Step, StoreSettings, UnpackStep
from statusquo.core import processes
from statusquo.core.endpoint import Address, Endpoint
from statusquo.core.errors import MissingProgram
from statusquo.core.known import Known
from statusquo.core.protocols import Portable, Recipe, Store
from statusquo.core.service import Postgres, Redis, RedisProbe, Service, SqlProbe
from statusquo.recipes.command import CommandRecipe
from statusquo.recipes.unpack import UnpackRecipe
from statusquo.runtimes.native import Native
from statusquo.services import catalog
from statusquo.stack import launch
from statusquo.stack.ledger import Ledger
from statusquo.stack.probes import Fill, Probers

if TYPE_CHECKING:
    from statusquo.stores.postgres.swap import Template

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

_DRIVERS = {"postgres": "psycopg", "redis": "redis"}


class AnyStore(Store, Portable, Protocol):
    """What every store of ours is: one whose baselines can be saved."""


@dataclasses.dataclass(frozen=True, slots=True)
class Rooms:
    """The adapters of one configuration."""

    config: Config
    environment: Mapping[str, str]
    """What services see besides their own variables."""
    find: Callable[[Service], Known | None]
    """The known kind of a service, whose program is looked for once."""

    def runtime(self, folder: Path, run: str) -> Native:
        """The runtime of one run, whose state lives in *folder*."""
        return Native(folder, run, known=self.known)

    def known(self, service: Service) -> Known | None:
        """The known kind of a service. Raises MissingProgram when its driver is not installed."""
        for spec, extra in ((Postgres, "postgres"), (Redis, "redis")):
            if isinstance(service.spec, spec):
                _require(extra, f'Service "{service.name}"')
        return self.find(service)

    @property
    def fill(self) -> Fill:
        """How a command's placeholders are filled in."""
        return functools.partial(launch.resolve, project=self.config.project, environment=self.environment)

    @property
    def probers(self) -> Probers:
        """How databases are asked whether they are ready."""
        return Probers(sql=_ask_sql, redis=_ask_redis)

    def recipe(self, log: Path, run: str) -> tuple[Recipe, ...]:
        """The steps of the recipe, in order; output goes to *log*, programs carry the run's label."""
        return tuple(self._step(step, log, run) for step in self.config.recipe)

    def _step(self, step: Step, log: Path, run: str) -> Recipe:
        match step:
            case CommandStep(title=title, argv=argv):
                service = self.config.service(self.config.recipe_service)
                command = self.config.command(service.name)
                if command is None:
                    raise AssertionError(f"{service.name} was checked to be a command")
                labelled = {**self.environment, **processes.label(run)}
                fill = functools.partial(launch.resolve, service, project=self.config.project, environment=labelled)
                return CommandRecipe(title, argv, command.cwd, command.env, launch=fill, log=log)
            case SqlStep(title=title, file=file, on=on):
                from statusquo.recipes.sql import SqlRecipe  # noqa: PLC0415 - psycopg, only where there is a database

                return SqlRecipe(title, file, on)
            case UnpackStep(title=title, archive=archive, into=into):
                return UnpackRecipe(title, archive, into)


def rooms(config: Config, environ: Mapping[str, str]) -> Rooms:
    """The adapters of *config* for somebody whose environment is *environ*."""
    seen = environment(environ, config.pass_env)
    return Rooms(config, seen, catalog.known(seen))


def environment(environ: Mapping[str, str], pass_env: Sequence[str]) -> dict[str, str]:
    """What services see of *environ*: the usual names, those that match *pass_env*, our Python first on the PATH."""
    patterns = (*_PASSED, *pass_env)
    passed = {name: value for name, value in environ.items() if any(fnmatch.fnmatchcase(name, p) for p in patterns)}
    ours = str(Path(sys.executable).parent)
    return {**passed, "PATH": os.pathsep.join((ours, passed.get("PATH", os.defpath))), "PYTHONUNBUFFERED": "1"}


def open_store(
    settings: StoreSettings, endpoint: Endpoint, *, nonce: str, scratch: Path, rewind: RewindSettings
) -> AnyStore:
    """The store that lives at *endpoint*, which carries the mark with the *nonce*."""
    match settings.kind:
        case "postgres":
            from statusquo.stores.postgres import store as postgres  # noqa: PLC0415

            return postgres.open_store(
                settings.name,
                superuser(endpoint),
                nonce=nonce,
                settle=rewind.settle,
                busy=rewind.busy,
                template=_template(endpoint) if rewind.on_ddl == "swap" else None,
            )
        case "redis":
            from statusquo.stores.redis import store as redis  # noqa: PLC0415

            return redis.open_store(
                settings.name, _host(endpoint), nonce=nonce, keep=settings.keep, databases=settings.databases
            )
        case "files":
            from statusquo.stores.files import store as files  # noqa: PLC0415

            return files.open_store(settings.name, _path(endpoint), nonce=nonce, scratch=scratch)
        case "sqlite":
            from statusquo.stores.sqlite import store as sqlite  # noqa: PLC0415

            return sqlite.open_store(settings.name, _path(endpoint), nonce=nonce, scratch=scratch, settle=rewind.settle)


def open_marked(settings: StoreSettings, endpoint: Endpoint, *, book: Ledger, rewind: RewindSettings) -> AnyStore:
    """Mark what lives at *endpoint*, which the run of *book* made, as that run's, and open it."""
    nonce = book.record.nonce
    _write_mark(settings, endpoint, nonce)
    scratch = book.folder / "scratch" / settings.name
    return open_store(settings, endpoint, nonce=nonce, scratch=scratch, rewind=rewind)


def _write_mark(settings: StoreSettings, endpoint: Endpoint, nonce: str) -> None:
    """Say in the store itself that it belongs to the run with the *nonce*."""
    match settings.kind:
        case "postgres":
            from statusquo.stores.postgres import mark as postgres_mark  # noqa: PLC0415

            postgres_mark.write(superuser(endpoint), nonce)
        case "redis":
            from statusquo.stores.redis import mark as redis_mark  # noqa: PLC0415

            redis_mark.write(_host(endpoint), nonce)
        case "files":
            from statusquo.stores.files import mark as files_mark  # noqa: PLC0415

            files_mark.write(_path(endpoint), nonce)
        case "sqlite":
            from statusquo.stores.sqlite import mark as sqlite_mark  # noqa: PLC0415

            sqlite_mark.write(_path(endpoint), nonce)


def make_template(endpoint: Endpoint) -> None:
    """Turn the application's database into its template, and put a clone of it in its place, ready to be used."""
    from statusquo.stores.postgres import clone  # noqa: PLC0415

    live, template = _host(endpoint), _template(endpoint)
    clone.make_template(template.maintenance, live.name, template.name)
    clone.create_from_template(template.maintenance, template.name, live.name, owner=live.user)


def _template(endpoint: Endpoint) -> Template:
    """Where the template of the application's database is, or will be."""
    from statusquo.stores.postgres.swap import Template  # noqa: PLC0415

    if endpoint.admin is None or endpoint.host is None:
        raise AssertionError(f"{endpoint.name} is no database")
    return Template(endpoint.admin, f"{endpoint.host.name}_template")


def superuser(endpoint: Endpoint) -> Address:
    """Our way into the application's database."""
    if endpoint.admin is None or endpoint.host is None:
        raise AssertionError(f"{endpoint.name} is no database")
    return dataclasses.replace(endpoint.admin, name=endpoint.host.name)


def _host(endpoint: Endpoint) -> Address:
    if endpoint.host is None:
        raise AssertionError(f"{endpoint.name} has no address")
    return endpoint.host


def _path(endpoint: Endpoint) -> Path:
    if endpoint.path is None:
        raise AssertionError(f"{endpoint.name} has no path")
    return endpoint.path


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
