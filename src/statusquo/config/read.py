"""One table of the file against its model, and pydantic's complaint as one of ours. ``build`` calls this."""

from __future__ import annotations

from collections.abc import Collection, Mapping
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
        raise _explain(error.errors()[0], _names(model), file=file, key=key) from None


def unknown(name: str, known: Collection[str], *, file: Path, key: str, what: str = "key") -> ConfigError:
    """The error for a name that is not among the *known* ones."""
    return ConfigError(f"{file.name}: {key}: {name!r} is no {what} here.", next=graph.did_you_mean(name, known))


def _names(model: type[Table]) -> tuple[str, ...]:
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _explain(detail: ErrorDetails, known: Collection[str], *, file: Path, key: str) -> ConfigError:
    where = ".".join((key, *(str(part) for part in detail["loc"] if isinstance(part, int) or part in known)))
    match detail["type"]:
        case "extra_forbidden":
            return unknown(str(detail["loc"][-1]), known, file=file, key=key)
        case "missing":
            return ConfigError(f"{file.name}: {where} is missing.", next=f"[{key}] cannot do without it.")
        case _:
            return ConfigError(f"{file.name}: {where} is {_show(detail['input'])}.", why=f"{detail['msg']}.")


def _show(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Mapping():
            return "a table"
        case _:
            return repr(value)
