"""The compose runtime of a configuration. ``rooms`` calls it for a stack whose platform that is, and for no other:
the engine's SDK and Docker Compose are an extra.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from statusquo.config import Config
from statusquo.core.errors import ConfigError
from statusquo.core.finding import Finding
from statusquo.core.service import Folder
from statusquo.runtimes.compose import client, engine, project
from statusquo.runtimes.compose.copy import Tools
from statusquo.runtimes.compose.runtime import Compose
from statusquo.stack.probes import Fill


def tools(config: Config, environment: Mapping[str, str]) -> Tools:
    """Docker Compose, the engine, and what the project's files say. Raises MissingProgram, ConfigError."""
    found = client.find(environment)
    return Tools(found, engine.connect(environment), project.read(found, config.compose))


def examine(config: Config, have: Tools) -> Iterator[Finding]:
    """What containers are run by, and whether there is an image for each service. Nothing is built or pulled."""
    with closing(have.engine):
        yield Finding("service", "ok", "stack.platform", f"Docker Compose {have.client.version}, {have.engine.host}")
        for service in config.services:
            if isinstance(service.spec, Folder):
                continue
            yield _examine(f"services.{service.name}", have, service.container.service or service.name)


def _examine(key: str, have: Tools, name: str) -> Finding:
    try:
        facts = have.project.service(name, key=f"{key}.compose.service")
    except ConfigError as error:
        return Finding("service", "error", key, str(error))
    if have.engine.image(facts.image):
        return Finding("service", "ok", key, f"will run {facts.image}")
    return Finding("service", "info", key, f"{facts.image} is to be {'built' if facts.is_built else 'pulled'}")


def runtime(config: Config, tools: Tools, fill: Fill, *, folder: Path, run: str) -> Compose:
    """The runtime of one run, whose state lives in *folder*."""
    return Compose(folder, run, tools=tools, services=config.services, fill=fill)


def identities(config: Config, tools: Tools, fill: Fill) -> dict[str, str]:
    """What decides what each service does, also those behind ours. Images that are missing are built or pulled."""
    with tempfile.TemporaryDirectory(prefix="statusquo-") as folder:
        asked = runtime(config, tools, fill, folder=Path(folder), run="none")
        services = asked.complete(config.services)
        return {each.name: asked.identity(each) for each in services if not isinstance(each.spec, Folder)}
