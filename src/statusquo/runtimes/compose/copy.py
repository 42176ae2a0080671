"""A run's private copy of a compose project: its images, the override, and the one time that it is created."""

from __future__ import annotations

import dataclasses
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path

from docker.models.containers import Container

from statusquo.core import graph
from statusquo.core.errors import ConfigError, MissingProgram, ServiceFailed
from statusquo.core.service import Launch
from statusquo.runtimes.compose import engine, override
from statusquo.runtimes.compose.client import Client, failure
from statusquo.runtimes.compose.engine import Engine, Image
from statusquo.runtimes.compose.override import Laid
from statusquo.runtimes.compose.project import ComposeService, Project


@dataclasses.dataclass(frozen=True, slots=True)
class Tools:
    """What every run of one configuration shares."""

    client: Client
    engine: Engine
    project: Project


class Copy:
    """The copy called *name*; its override goes to *folder*, which exists."""

    def __init__(self, tools: Tools, folder: Path, *, run: str, name: str) -> None:
        self._tools = tools
        self._client = dataclasses.replace(tools.client, env={**tools.client.env, "DOCKER_HOST": tools.engine.host})
        self._file = folder / override.FILE
        self._run = run
        self._name = name
        self._images: dict[str, Image] = {}
        self._lock = threading.Lock()

    def image(self, facts: ComposeService) -> Image:
        """The image of a service; one that this machine does not have is built or pulled.

        Raises MissingProgram, ServiceFailed.
        """
        with self._lock:
            if facts.image not in self._images:
                self._images[facts.image] = self._tools.engine.image(facts.image) or self._fetch(facts)
            return self._images[facts.image]

    def environment(self, facts: ComposeService) -> Mapping[str, str]:
        """The variables of a service's container, those of its image included."""
        return {**self.image(facts).environment, **facts.environment}

    def create(self, laid: Mapping[str, Laid], folders: Mapping[str, Path]) -> None:
        """Create networks, volumes, and the containers of the services in *laid* and of those behind them."""
        for volume in folders.keys() - set(self._tools.project.volumes):
            advice = graph.did_you_mean(volume, self._tools.project.volumes)
            raise ConfigError(f"The compose files have no volume {volume!r}.", next=advice)
        self._write(laid, folders)
        done = self._say("create", *laid)
        if done.returncode != 0:
            raise failure("Docker Compose could not create the containers.", done, ServiceFailed)

    def container(self, service: str) -> Container:
        """The container that was created for a service."""
        return self._tools.engine.container(self._name, service)

    def remove(self) -> None:
        """Remove all of it from the engine, and let go of the connections to that."""
        self._tools.engine.remove({engine.RUN: self._run, engine.PROJECT: self._name})
        self._tools.engine.close()

    def launch(self, *words: str) -> Launch:
        """Compose itself with *words*, as a program to start."""
        argv = (*self._client.argv, *self._arguments(), *words)
        return Launch(argv, self._tools.project.folder, tuple(self._client.env.items()))

    def _fetch(self, facts: ComposeService) -> Image:
        self._write({}, {})
        done = self._say("build" if facts.is_built else "pull", facts.name)
        image = self._tools.engine.image(facts.image)
        if done.returncode == 0 and image:
            return image
        what = f'Service "{facts.name}": its image {facts.image}'
        if facts.is_built:
            raise failure(f"{what} could not be built.", done, ServiceFailed)
        raise failure(f"{what} is not on this machine and could not be pulled.", done, MissingProgram)

    def _write(self, laid: Mapping[str, Laid], folders: Mapping[str, Path]) -> None:
        labels = {engine.RUN: self._run}
        text = override.render(self._tools.project, laid, folders, labels=labels, host=self._tools.engine.host)
        self._file.touch(mode=0o600)  # what is laid over may hold passwords
        self._file.write_text(text)

    def _say(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self._client.said(*self._arguments(), *words, cwd=self._tools.project.folder)

    def _arguments(self) -> tuple[str, ...]:
        return ("-p", self._name, *self._tools.project.words, "-f", str(self._file))
