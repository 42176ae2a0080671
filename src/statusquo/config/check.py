"""The second look at a configuration, as a whole: names, cycles, placeholders, files. Pure but for ``Path.exists``.

``build`` calls ``check`` last; each ``_check`` looks at one thing and raises ConfigError at the first that is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from statusquo.config import containers
from statusquo.config.read import unknown
from statusquo.config.settings import CommandStep, Config, LoadStep, SqlStep, UnpackStep
from statusquo.core import graph, placeholders
from statusquo.core.errors import ConfigError
from statusquo.core.service import (
    Command,
    CommandProbe,
    Env,
    Folder,
    HttpProbe,
    Postgres,
    Probe,
    Redis,
    RedisProbe,
    Service,
    Sqlite,
    SqlProbe,
    TcpProbe,
)

_NAME = re.compile(r"[a-z][a-z0-9_-]*")
_RESERVED = ("port", "project")
_FACTS: Mapping[type, tuple[str, ...]] = {
    Postgres: ("url", "host", "port", "user", "password", "name"),
    Redis: ("url", "host", "port"),
    Command: ("url", "host", "port"),
    Folder: ("path",),
    Sqlite: ("path", "url"),
}


def check(config: Config) -> None:
    """Return if the configuration makes sense as a whole. Raises ConfigError."""
    _check_names(config)
    _check_needs(config)
    containers.check(config)
    for service in config.services:
        _check_command(config, service)
        _check_env(config, service, service.container.env, f"services.{service.name}.compose.env")
        for probe in service.ready:
            _check_probe(config, service, probe, f"services.{service.name}.ready")
    _check_recipe(config)
    _check_assets(config)
    _check_api(config)
    _check_start(config)
    _check_variants(config)
    _check_prerequisites(config)


def _check_assets(config: Config) -> None:
    databases = [each.name for each in config.services if isinstance(each.spec, Postgres | Sqlite)]
    if config.assets.on and config.assets.on not in databases:
        raise unknown(config.assets.on, databases, file=config.path, key="assets.on", what="database")
    for name in config.assets.volumes:
        _check_kind(config, f"assets.volumes.{name}", name, Folder)


def _check_names(config: Config) -> None:
    seen: set[str] = set()
    if not config.services:
        raise ConfigError(
            f"{config.path.name}: there are no services.", next="Write at least one [services.NAME] with a command."
        )
    for service in config.services:
        key = f"{'stores' if isinstance(service.spec, Folder | Sqlite) else 'services'}.{service.name}"
        if not _NAME.fullmatch(service.name) or service.name in _RESERVED:
            raise ConfigError(
                f"{config.path.name}: {key}: {service.name!r} cannot be a name.",
                why=f"Names are lower-case letters, digits, '-' and '_', and not one of {', '.join(_RESERVED)}.",
            )
        if service.name in seen:
            raise ConfigError(
                f"{config.path.name}: {key}: there is a service of that name already.",
                next="Services and folders share one name space; rename one of them.",
            )
        seen.add(service.name)


def _check_needs(config: Config) -> None:
    names = [service.name for service in config.services]
    for service in config.services:
        for need in service.needs:
            if need not in names:
                raise unknown(
                    need, names, file=config.path, key=f"services.{service.name}.needs", what="service or folder"
                )
    cycle = graph.find_cycle({service.name: service.needs for service in config.services})
    if cycle:
        raise ConfigError(
            f"{config.path.name}: services.{cycle[0]}.needs: {' needs '.join(cycle)}: none of them can start first.",
            next="Take one of these needs away.",
        )


def _check_command(config: Config, service: Service) -> None:
    command = config.command(service.name)
    if command is None:
        return
    key = f"services.{service.name}"
    if not command.cwd.is_dir():
        raise ConfigError(f"{config.path.name}: {key}.cwd: there is no folder {command.cwd}.")
    for where, text in _texts(key, command):
        for name, fact in placeholders.names(text):
            _check_placeholder(config, service, where=where, name=name, fact=fact)


def _texts(key: str, command: Command) -> Iterator[tuple[str, str]]:
    for word in command.argv:
        yield f"{key}.command", word
    for name, value in command.env:
        yield f"{key}.env.{name}", value


def _check_env(config: Config, service: Service, env: Env, key: str) -> None:
    for variable, value in env:
        for name, fact in placeholders.names(value):
            _check_placeholder(config, service, where=f"{key}.{variable}", name=name, fact=fact)


def _check_placeholder(config: Config, service: Service, *, where: str, name: str, fact: str) -> None:
    if not fact:
        if name not in _RESERVED:
            known = [*_RESERVED, *(f"{s.name}.{f}" for s in config.services for f in _FACTS[type(s.spec)][:1])]
            raise unknown(name, known, file=config.path, key=where, what="placeholder")
        if name == "port" and not service.listens:
            raise ConfigError(
                f"{config.path.name}: {where}: {{port}} is asked for, but services.{service.name}.port is false.",
                next="Take 'port = false' away.",
            )
        return
    other = next((each for each in config.services if each.name == name), None)
    if other is None:
        raise unknown(
            name, [each.name for each in config.services], file=config.path, key=where, what="service or folder"
        )
    if fact not in _FACTS[type(other.spec)]:
        known = [f"{name}.{each}" for each in _FACTS[type(other.spec)]]
        raise unknown(f"{name}.{fact}", known, file=config.path, key=where, what="placeholder")


def _check_probe(config: Config, service: Service, probe: Probe, key: str) -> None:
    match probe:
        case TcpProbe() | HttpProbe() if not service.listens:
            raise ConfigError(
                f"{config.path.name}: {key}: the service has no port to ask.",
                next="Probe it with a command, sql or redis, or take 'port = false' away.",
            )
        case CommandProbe(argv=argv):
            for name, fact in (found for word in argv for found in placeholders.names(word)):
                _check_placeholder(config, service, where=f"{key}.command", name=name, fact=fact)
        case SqlProbe(on=on):
            _check_kind(config, f"{key}.on", on or service.name, Postgres)
        case RedisProbe(on=on):
            _check_kind(config, f"{key}.on", on or service.name, Redis)
        case _:
            pass


def _check_recipe(config: Config) -> None:
    has_commands = any(isinstance(step, CommandStep) for step in config.recipe)
    if (config.recipe_service or has_commands or config.dump) and config.command(config.recipe_service) is None:
        commands = [each.name for each in config.services if isinstance(each.spec, Command)]
        raise unknown(
            config.recipe_service, commands, file=config.path, key="baseline.as", what="service with a command"
        )
    for index, step in enumerate(config.recipe):
        key = f"baseline.recipe[{index}]"
        match step:
            case SqlStep(file=file) | UnpackStep(archive=file) if not file.is_file():
                raise ConfigError(f"{config.path.name}: {key}: there is no file {file}.")
            case LoadStep(dataset=dataset) if not dataset.exists():
                raise ConfigError(f"{config.path.name}: {key}: there are no test data at {dataset}.")
            case SqlStep(on=on) | LoadStep(on=on):
                _check_kind(config, f"{key}.on", on, Postgres, Sqlite)
            case UnpackStep(into=into):
                _check_kind(config, f"{key}.into", into, Folder)
            case _:
                pass


def _check_api(config: Config) -> None:
    if config.api is None:
        return
    _check_kind(config, "api.service", config.api.service, Command)
    if config.api.auth == "token" and not config.api.login:
        raise ConfigError(
            f'{config.path.name}: api.login is missing: auth = "token" needs the path that gives tokens.',
            next='For example: login = "/api/auth/login/"',
        )


def _check_start(config: Config) -> None:
    names = [service.name for service in config.services]
    for name in config.start:
        if name not in names:
            raise unknown(name, names, file=config.path, key="stack.start", what="service or folder")


def _check_variants(config: Config) -> None:
    for variant in config.variants:
        key = f"variants.{variant.name}"
        if not _NAME.fullmatch(variant.name):
            raise ConfigError(
                f"{config.path.name}: {key}: {variant.name!r} cannot be a name.",
                why="Names are lower-case letters, digits, '-' and '_'.",
            )
        for name, env in variant.env:
            _check_kind(config, f"{key}.env", name, Command)
            _check_env(config, config.service(name), env, f"{key}.env.{name}")


def _check_prerequisites(config: Config) -> None:
    names = [service.name for service in config.services]
    for each in config.prerequisites:
        key = f"prerequisites.{each.name}"
        if each.service not in names:
            raise unknown(each.service, names, file=config.path, key=f"{key}.on", what="service")
        _check_probe(config, config.service(each.service), each.probe, key)


def _check_kind(config: Config, key: str, name: str, *kinds: type) -> None:
    fitting = [each.name for each in config.services if isinstance(each.spec, kinds)]
    if name not in fitting:
        names = " or ".join(kind.__name__.lower() for kind in kinds)
        what = "folder" if kinds == (Folder,) else f"{names} service"
        raise unknown(name, fitting, file=config.path, key=key, what=what)
