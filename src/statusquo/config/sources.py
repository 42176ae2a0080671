"""Where values come from, and how the layers of them become one: file, then environment, then arguments.

``load`` calls these. An environment variable ``STATUSQUO__REWIND__SETTLE=5`` or an argument ``--set rewind.settle=5``
overrides one value; what it holds is read as TOML, or as a string if it is none.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

from statusquo.core.errors import ConfigError

PREFIX = "STATUSQUO__"

Raw = dict[str, object]


@dataclass(frozen=True, slots=True)
class Override:
    """One value that somebody other than the file gave."""

    key: tuple[str, ...]
    value: object
    source: str


def from_environment(environ: Mapping[str, str]) -> tuple[Override, ...]:
    """The overrides among the environment's variables, by name."""
    return tuple(
        Override(
            tuple(name.removeprefix(PREFIX).lower().split("__")), _read_value(text), f"environment variable {name}"
        )
        for name, text in sorted(environ.items())
        if name.startswith(PREFIX)
    )


def from_arguments(pairs: Sequence[str]) -> tuple[Override, ...]:
    """The overrides that ``--set key.path=value`` arguments give. Raises ConfigError for one without a key."""
    return tuple(_from_argument(pair) for pair in pairs)


def _from_argument(pair: str) -> Override:
    key, equals, text = pair.partition("=")
    if not key or not equals:
        raise ConfigError(f"--set {pair}: expected KEY.PATH=VALUE.", next="For example: --set rewind.settle=5")
    return Override(tuple(key.split(".")), _read_value(text), f"argument --set {pair}")


def _read_value(text: str) -> object:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def overlay(raw: Mapping[str, object], overrides: Sequence[Override]) -> Raw:
    """*raw* with the overrides laid over it, later ones over earlier ones."""
    merged: Raw = deepcopy(dict(raw))
    for override in overrides:
        table = merged
        for name in override.key[:-1]:
            inner = table.setdefault(name, {})
            if not isinstance(inner, dict):
                inner = table[name] = {}
            table = inner
        table[override.key[-1]] = override.value
    return merged


def leaves(raw: Mapping[str, object], prefix: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    """Every value with its key path; an array is one value."""
    for name, value in raw.items():
        if isinstance(value, dict):
            yield from leaves(value, (*prefix, name))
        else:
            yield (*prefix, name), value
