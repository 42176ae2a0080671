"""What a test asks of a configuration: some of its services, in one of its variants. Pure; the doors call it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from statusquo.config.settings import Config, Variant
from statusquo.core import graph
from statusquo.core.errors import ConfigError
from statusquo.core.service import Command, Env, Folder, Service, Sqlite


def services(config: Config, names: Sequence[str]) -> tuple[str, ...]:
    """*names* and all that they need, in the order of starting; folders and files, which start nothing, are always in.

    The names are known.
    """
    places = [each.name for each in config.services if isinstance(each.spec, Folder | Sqlite)]
    return graph.order([*places, *names], {each.name: each.needs for each in config.services})


def in_variant(config: Config, name: str) -> Config:
    """*config* with the variables of the variant of that name laid over those of its services; empty: as it is.

    A variant changes how services run and nothing of the baseline: ask *config* itself for that. Raises ConfigError.
    """
    if not name:
        return config
    if config.platform == "external":
        raise ConfigError(
            "Services that somebody else runs have no variants.",
            why='With platform = "external" nothing is started here.',
            next="Deselect the tests with the mark variant, or run them on a stack of ours: --platform native.",
        )
    variant = next((each for each in config.variants if each.name == name), None)
    if variant is None:
        guess = graph.did_you_mean(name, [each.name for each in config.variants])
        raise ConfigError(f"{config.path.name} has no variant {name!r}.", next=guess)
    return dataclasses.replace(config, services=tuple(_service(each, variant) for each in config.services))


def _service(service: Service, variant: Variant) -> Service:
    spec = service.spec
    over = dict(variant.env).get(service.name)
    if over is None or not isinstance(spec, Command):
        return service
    container = dataclasses.replace(service.container, env=_laid(over, service.container.env))
    return dataclasses.replace(service, spec=dataclasses.replace(spec, env=_laid(over, spec.env)), container=container)


def _laid(over: Env, env: Env) -> Env:
    return tuple({**dict(env), **dict(over)}.items())
