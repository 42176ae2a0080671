"""One table of the file against its model, and pydantic's complaint as one of ours. ``build`` calls this."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from statusquo.config.model import Table
from statusquo.core import graph
from statusquo.core.errors import ConfigError

T = TypeVar("T", bound=Table)


def read_table(model: type[T], raw: object, *, file: Path, key: str) -> T:
    """The table at *key* as a *model*. Raises ConfigError: file, key path, what was expected, the nearest name."""
    if not isinstance(raw, Mapping):
        raise ConfigError(f"{file.name}: {key} is {_show(raw)}, but it must be a table.", next=f"Write [{key}].")
    try:
        return model.model_validate(dict(raw))
    except ValidationError as error:
        # A key that is not known first: misspelt, it would be missing too.
        detail = min(error.errors(), key=lambda each: each["type"] != "extra_forbidden")
        raise _explain(detail, _names(model), raw, file=file, key=key) from None


def unknown(name: str, known: Collection[str], *, file: Path, key: str, what: str = "key") -> ConfigError:
    """The error for a name that is not among the *known* ones."""
    return ConfigError(f"{file.name}: {key}: {name!r} is no {what} here.", next=graph.did_you_mean(name, known))


def _names(model: type[Table]) -> tuple[str, ...]:
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _explain(detail: ErrorDetails, known: Collection[str], raw: object, *, file: Path, key: str) -> ConfigError:
    where = ".".join((key, *_path(detail["loc"], raw)))
    match detail["type"]:
        case "extra_forbidden":
            return unknown(str(detail["loc"][-1]), known, file=file, key=key)
        case "missing":
            return ConfigError(
                f"{file.name}: {where}.{detail['loc'][-1]} is missing.", next=f"[{key}] cannot do without it."
            )
        case _:
            return ConfigError(
                f"{file.name}: {where} is {_show(detail['input'])}.",
                why=f"{detail['msg'].removeprefix('Value error, ')}.",
            )


def _path(place: Iterable[int | str], raw: object) -> Iterator[str]:
    """Those parts of a place that are in the file; pydantic also names the members of its unions."""
    for part in place:
        match raw, part:
            case Mapping(), _ if part in raw:
                raw = raw[part]
            case list(), int():
                raw = raw[part]
            case _:
                continue
        yield str(part)


def _show(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Mapping():
            return "a table"
        case _:
            return repr(value)
