"""A command as it is started: every placeholder filled in, the environment whole. Pure.

The wiring hands ``resolve``, bound to its project and environment, to the stack and to the recipes that run as a
service does.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from statusquo.core import endpoint, graph, placeholders
from statusquo.core.endpoint import Endpoint
from statusquo.core.errors import ConfigError
from statusquo.core.service import Command, Launch, Service


def resolve(
    service: Service,
    argv: tuple[str, ...],
    endpoints: Mapping[str, Endpoint],
    *,
    project: Path,
    environment: Mapping[str, str],
) -> Launch:
    """Run *argv* as *service* is run: in its folder, with *environment* and its own variables laid over it.

    ``{port}`` is the service's own port, ``{project}`` the project's folder, ``{name.fact}`` what the other
    services see of *name*. Raises ConfigError for a fact that there is none of.
    """

    known = {name: endpoint.facts(each, each.mesh) for name, each in endpoints.items()}
    known[""] = {"project": str(project), "port": known[service.name].get("port", "")}

    def fill(text: str) -> str:
        return placeholders.fill(text, lambda name, fact: _fact(service.name, name, fact, known))

    spec = service.spec
    own = spec.env if isinstance(spec, Command) else ()
    env = {**environment, **{name: fill(value) for name, value in own}}
    cwd = spec.cwd if isinstance(spec, Command) else project
    return Launch(tuple(fill(word) for word in argv), cwd, tuple(env.items()))


def _fact(service: str, name: str, fact: str, known: Mapping[str, Mapping[str, str]]) -> str:
    facts = known.get(name, {}) if fact else known[""]
    if value := facts.get(fact or name):
        return value
    asked = f"{name}.{fact}" if fact else name
    everything = [f"{each}.{one}".lstrip(".") for each, facts in known.items() for one in facts]
    raise ConfigError(
        f'Service "{service}": there is nothing to put for {{{asked}}}.', next=graph.did_you_mean(asked, everything)
    )
