"""``[external]``: where each service of a stack is that somebody else runs. ``build`` calls ``read``.

``${NAME}`` in a value is the variable NAME of the environment. No variable is looked at that a value does not name:
the shell's DATABASE_URL is nobody's business here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from statusquo.config import model
from statusquo.config.read import read_table, unknown
from statusquo.core.endpoint import Address, Endpoint
from statusquo.core.errors import ConfigError
from statusquo.core.service import Command, Folder, Postgres, Redis, Service, Sqlite

_VARIABLE = re.compile(r"\$\{(\w+)\}")
_PASSWORD = re.compile(r"(//[^/@]*:)[^@]*@")
_SCHEMES: Mapping[type, Mapping[str, int]] = {
    Postgres: {"postgresql": 5432, "postgres": 5432},
    Redis: {"redis": 6379},
    Command: {"http": 80, "https": 443},
}
"""How the URL of each kind of service may begin, and the port that it means if it names none."""


@dataclass(frozen=True, slots=True)
class Source:
    """What ``[external]`` is read against."""

    services: Sequence[Service]
    entered: str
    """The service that tests talk to; empty if there is none."""
    environ: Mapping[str, str]
    file: Path


def read(tables: object, source: Source) -> tuple[Endpoint, ...]:
    """Where the services are, in their order; those that tests enter and those that hold state must be among them.

    Raises ConfigError.
    """
    file = source.file
    if not isinstance(tables, Mapping):
        raise ConfigError(f"{file.name}: external must be a table.", next="Write [external].")
    known = [service.name for service in source.services]
    for name in tables:
        if name not in known:
            raise unknown(name, known, file=file, key=f"external.{name}", what="service or folder")
    missing = [each.name for each in source.services if each.name not in tables and _is_needed(each, source)]
    if missing:
        raise ConfigError(
            f"{file.name}: [external] does not say where to find {', '.join(missing)}, which the tests need.",
            next="Name each: a URL for a service, a path for a folder or a file.",
        )
    return tuple(_endpoint(each, tables[each.name], source) for each in source.services if each.name in tables)


def shown(value: object) -> object:
    """A value as it may be shown: without a password."""
    return _PASSWORD.sub(r"\1***@", value) if isinstance(value, str) else value


def _is_needed(service: Service, source: Source) -> bool:
    return service.name == source.entered or not isinstance(service.spec, Command)


def _endpoint(service: Service, raw: object, source: Source) -> Endpoint:
    key = f"external.{service.name}"
    table = read_table(model.ExternalTable, {"url": raw} if isinstance(raw, str) else raw, file=source.file, key=key)
    where = f"{source.file.name}: {key}"
    if table.admin and not isinstance(service.spec, Postgres):
        raise ConfigError(f"{where}.admin: only a PostgreSQL has another way in for its superuser.")
    url = _expanded(table.url, where, source.environ)
    if isinstance(service.spec, Folder | Sqlite):
        path = source.file.parent / url
        return Endpoint(service.name, path=path, scheme="sqlite" if isinstance(service.spec, Sqlite) else "")
    if not service.listens:
        raise ConfigError(f"{where}: services.{service.name}.port is false: it has no address.", next="Leave it out.")
    host = _address(service, url, where)
    if not isinstance(service.spec, Postgres):
        return Endpoint(service.name, host=host, mesh=host)
    admin = _expanded(table.admin or table.url, f"{where}.admin", source.environ)
    return Endpoint(service.name, host=host, mesh=host, admin=_address(service, admin, f"{where}.admin"))


def _expanded(text: str, where: str, environ: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        if match[1] not in environ:
            raise ConfigError(
                f"{where} asks for the environment variable {match[1]}, which is not set.",
                next=f"Set it, or write the value itself instead of ${{{match[1]}}}.",
            )
        return environ[match[1]]

    return _VARIABLE.sub(value, text)


def _address(service: Service, url: str, where: str) -> Address:
    """The URL as an address. Messages never show it: it may hold a password."""
    schemes = _SCHEMES[type(service.spec)]
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ConfigError(f"{where} is no URL.", next=_example(service)) from None
    if parts.scheme not in schemes or not parts.hostname:
        beginnings = " or ".join(f"{each}://" for each in schemes)
        raise ConfigError(f"{where} is no URL that begins with {beginnings}.", next=_example(service))
    return Address(
        scheme="postgresql" if parts.scheme == "postgres" else parts.scheme,
        host=parts.hostname,
        port=port or schemes[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        name=_name(service, parts, where),
    )


def _name(service: Service, parts: SplitResult, where: str) -> str:
    """What comes after the host: the name of a database, and nothing else anywhere else."""
    name = unquote(parts.path.strip("/"))
    if parts.query or parts.fragment:
        raise ConfigError(f"{where} has parameters, which are not understood here.", next="Leave them away.")
    match service.spec:
        case Postgres() if not name:
            raise ConfigError(f"{where} names no database.", next=_example(service))
        case Postgres():
            return name
        case Redis() if name in {"", "0"}:
            return "0"
        case Redis():
            why = f"A rewind puts back all of its databases, as many as services.{service.name}.databases says."
            raise ConfigError(f"{where} names database {name}.", why=why, next="Leave the number away.")
        case _ if name:
            raise ConfigError(f"{where} has a path.", next="Leave it away: tests and probes bring theirs.")
        case _:
            return ""


def _example(service: Service) -> str:
    match service.spec:
        case Postgres():
            url = "postgresql://user:password@host:5432/name"
        case Redis():
            url = "redis://host:6379"
        case _:
            url = "https://host"
    return f'For example: {service.name} = "{url}"'
