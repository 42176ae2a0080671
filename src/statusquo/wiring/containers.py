"""The compose runtime of a configuration. ``rooms`` calls it for a stack whose platform that is, and for no other:
the engine's SDK and Docker Compose are an extra.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from statusquo.config import Config
from statusquo.core.service import Service
from statusquo.runtimes.compose import client, engine, project
from statusquo.runtimes.compose.copy import Tools
from statusquo.runtimes.compose.runtime import Compose
from statusquo.stack.probes import Fill


def tools(config: Config, environment: Mapping[str, str]) -> Tools:
    """Docker Compose, the engine, and what the project's files say. Raises MissingProgram, ConfigError."""
    found = client.find(environment)
    return Tools(found, engine.connect(environment), project.read(found, config.compose))


def runtime(config: Config, tools: Tools, fill: Fill, *, folder: Path, run: str) -> Compose:
    """The runtime of one run, whose state lives in *folder*."""
    return Compose(folder, run, tools=tools, services=config.services, fill=fill)


def identities(config: Config, tools: Tools, fill: Fill, *, services: Sequence[Service]) -> Mapping[str, str]:
    """What decides what each of *services* does. Images that this machine does not have are built or pulled."""
    with tempfile.TemporaryDirectory(prefix="statusquo-") as folder:
        asked = runtime(config, tools, fill, folder=Path(folder), run="none")
        return {service.name: asked.identity(service) for service in services}
