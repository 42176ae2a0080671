"""What ``statusquo doctor`` looks at: Python, drivers, server programs, rights, what was left. Changes nothing."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
from collections.abc import Iterator, Mapping

from statusquo import __version__
from statusquo.config import Config
from statusquo.core.errors import GuardError, MissingProgram, StatusquoError
from statusquo.core.finding import Finding, Level
from statusquo.core.service import Command
from statusquo.services import catalog
from statusquo.services.found import Found, Skipped
from statusquo.stack import ledger
from statusquo.wiring import adopted, rooms
from statusquo.wiring.rooms import Rooms

_ENOUGH = 1_000_000_000
"""Bytes free where runs are kept: a PostgreSQL takes 50 MB when it is empty."""


def examine(config: Config | None, *, environ: Mapping[str, str]) -> tuple[Finding, ...]:
    """Everything worth knowing before a stack is started; without a configuration, of the machine alone."""
    findings = [
        Finding("python", "ok", "python", f"{platform.python_version()} with statusquo {__version__}"),
        *_drivers(),
        *_programs(rooms.environment(environ, ())),
    ]
    if config is not None:
        findings += [*_services(config, environ), *_room(config), *_left(config)]
    return tuple(findings)


def _drivers() -> Iterator[Finding]:
    for extra, package in (("postgres", "psycopg"), ("redis", "redis"), ("compose", "docker"), ("testing", "pytest")):
        if importlib.util.find_spec(package):
            yield Finding("driver", "ok", package, "installed")
        else:
            yield Finding("driver", "info", package, "not installed", f"pip install 'statusquo[{extra}]'")


def _programs(environment: Mapping[str, str]) -> Iterator[Finding]:
    for kind, candidates in catalog.listing(environment).items():
        for candidate in candidates:
            match candidate:
                case Found(provider=provider, program=program):
                    yield Finding("provider", "ok", kind, f"{program.what} from {provider}")
                case Skipped(provider=provider, reason=reason):
                    yield Finding("provider", "info", kind, f"{provider}: {reason}")


def _services(config: Config, environ: Mapping[str, str]) -> Iterator[Finding]:
    if config.platform == "external":
        yield _adoption(config)
        return
    adapters = rooms.rooms(config, environ)
    if config.platform == "compose":
        yield from _containers(adapters)
        return
    for service in config.services:
        try:
            known = adapters.known(service)
            if known:
                yield Finding("service", "ok", f"services.{service.name}", f"will run {known.program().what}")
        except MissingProgram as error:
            yield Finding("service", "error", f"services.{service.name}", str(error))
        if isinstance(service.spec, Command):
            yield _command(service.name, service.spec, adapters.environment)


def _containers(adapters: Rooms) -> Iterator[Finding]:
    try:
        tools = adapters.tools()
    except StatusquoError as error:
        yield Finding("service", "error", "stack.platform", str(error))
        return
    from statusquo.wiring import containers  # noqa: PLC0415 - the engine's SDK is an extra

    yield from containers.examine(adapters.config, tools)


def _adoption(config: Config) -> Finding:
    try:
        adopted.read(config)
    except GuardError as error:
        return Finding("adopted", "warning", "external", str(error))
    return Finding("adopted", "ok", "external", f"somebody else runs {config.name}, and it is adopted")


def _command(name: str, spec: Command, environment: Mapping[str, str]) -> Finding:
    program = spec.argv[0]
    found = shutil.which(program, path=environment["PATH"]) or (spec.cwd / program).is_file()
    if found:
        return Finding("service", "ok", f"services.{name}", f"{program} is there")
    return Finding("service", "error", f"services.{name}", f"{program!r} is not on the PATH that services get.")


def _room(config: Config) -> Iterator[Finding]:
    place = next(folder for folder in (config.state, *config.state.parents) if folder.exists())
    if not os.access(place, os.W_OK):
        yield Finding("room", "error", str(config.state), f"{place} cannot be written.", "Name another: stack.state.")
        return
    free = shutil.disk_usage(place).free
    level: Level = "ok" if free > _ENOUGH else "warning"
    yield Finding("room", level, str(config.state), f"{free / 1e9:.0f} GB free")


def _left(config: Config) -> Iterator[Finding]:
    for record in ledger.read_records(config.state):
        if ledger.is_alive(record.owner):
            yield Finding("run", "info", record.run, "is up", "'statusquo down' stops it.")
        else:
            yield Finding("run", "warning", record.run, "was left by a killed run", "The next run removes it.")
