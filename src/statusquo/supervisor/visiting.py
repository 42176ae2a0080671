"""Our code in a process of the project, in whatever container that runs: what is not installed there is brought along.

A question is a line of JSON, and so is its answer.
"""

from __future__ import annotations

import base64
import functools
import io
import json
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from statusquo.config import Config
from statusquo.core.errors import ConfigError, DatasetError
from statusquo.supervisor.client import Lease

BRING = Path(__file__).with_name("bring.py").read_text(encoding="utf-8")
_ROOMS = ("core", "assets", "rows", "django")
"""What a visit needs; beyond the standard library that needs Django, and its driver of PostgreSQL to write rows."""
_BY_HAND = (
    "Run 'python -m statusquo.django' with the same command on a machine that has the project, with settings that lead "
    "to the stack: 'statusquo env' says where it answers."
)
_BEGINNINGS = ('{"answer"', '{"error"')
"""Anything else on its standard output is what the project prints when it is imported."""


class Visit:
    """Answers as long as its process lives."""

    def __init__(self, process: subprocess.Popen[str], log: IO[str], service: str) -> None:
        self.service = service
        self._process = process
        self._log = log
        self._before = _packed()

    def ask(self, question: object) -> Any:
        """The answer, with the key ``answer`` or ``error``. Raises DatasetError if there is none."""
        asking, answers = self._process.stdin, self._process.stdout
        try:
            print(f"{self._before}{json.dumps(question)}", file=asking, flush=True)
            self._before = ""
            line = next((each for each in answers or () if each.startswith(_BEGINNINGS)), "")
        except BrokenPipeError:
            line = ""
        if not line:
            raise self._silence()
        return json.loads(line)

    def _silence(self) -> DatasetError:
        code = self._process.wait()
        self._log.seek(0)
        return DatasetError(
            f'The service "{self.service}" does not answer what its data are.',
            why=f"The 'python' that runs there ended with {code}.",
            next=f"It needs Python 3.11 and Django's settings. {_BY_HAND}",
            evidence=self._log.read(),
        )


@contextmanager
def visit(config: Config, lease: Lease, command: str) -> Iterator[Visit]:
    """A command of ours, run in the folder and environment of the service that ``baseline.as`` names.

    Raises ConfigError where there is none, and where it is somebody else's.
    """
    if config.platform == "external":
        raise ConfigError(
            "The project has to be asked, and the stack is external, so nothing is run where its services run.",
            next=_BY_HAND,
        )
    if not config.recipe_service:
        raise ConfigError(
            f"{config.path.name}: no service runs a command that could be asked what the models are.",
            next="Name one in baseline.as.",
        )
    launch = lease.launch(config.recipe_service, ("python", "-c", BRING, command))
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as log,
        subprocess.Popen(
            launch.argv,
            cwd=launch.cwd,
            env=dict(launch.env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            encoding="utf-8",
        ) as process,
    ):
        try:
            yield Visit(process, log, config.recipe_service)
        finally:
            if process.stdin:
                process.stdin.close()


@functools.cache  # what runs is the code as it was read
def _packed() -> str:
    """Our code as a line of text."""
    root = Path(__file__).parents[1]
    places = (root / "__init__.py", *(path for room in _ROOMS for path in sorted((root / room).rglob("*"))))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in places:
            if path.suffix in {".py", ".sql"} and "plugin" not in path.parts:
                archive.write(path, path.relative_to(root.parent))
    return f"{base64.b64encode(packed.getvalue()).decode()}\n"
