"""A project that answers for its own data: its models and its rows, by a program run as one of its services is.

For a dump, where nothing is known of the models yet, or where only the project's code can read their values.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import IO, Any

from statusquo.assets import sidecar
from statusquo.assets.sidecar import Lock
from statusquo.config import Config
from statusquo.core.errors import ConfigError, DatasetError, StoreError
from statusquo.core.rows import Json, Table
from statusquo.supervisor.client import Lease

COMMAND = ("python", "-m", "statusquo.django", "serve")

_BEGINNINGS = ('{"answer"', '{"error"')
"""Anything else on its standard output is what the project prints when it is imported."""


class Project:
    """Answers as long as its process lives; its rows are those of one moment."""

    def __init__(self, process: subprocess.Popen[str], log: IO[str], service: str) -> None:
        self._process = process
        self._log = log
        self._service = service

    def facts(self) -> Lock:
        """All models and the last migrations. Raises DatasetError."""
        return sidecar.read(str(self._ask({"facts": True})), "the project's answer")

    def tables(self) -> frozenset[str]:
        """The names of all tables, views not among them."""
        return frozenset(self._ask({"tables": True}))

    def read(self, table: Table) -> Iterator[tuple[Json, ...]]:
        """The rows of a table, with one statement, ordered by its key. Raises StoreError."""
        yield from (tuple(row) for row in self._ask({"read": asdict(table)}))

    def _ask(self, question: object) -> Any:
        asking, answers = self._process.stdin, self._process.stdout
        try:
            print(json.dumps(question), file=asking, flush=True)
            line = next((each for each in answers or () if each.startswith(_BEGINNINGS)), "")
        except BrokenPipeError:
            line = ""
        if not line:
            raise self._silence()
        said = json.loads(line)
        if "error" in said:
            raise StoreError(f'The service "{self._service}" cannot read its database.', evidence=said["error"])
        return said["answer"]

    def _silence(self) -> DatasetError:
        code = self._process.wait()
        self._log.seek(0)
        return DatasetError(
            f'The service "{self._service}" does not say what its models are.',
            why=f"'{' '.join(COMMAND)}' ended with {code} there.",
            next="It needs Django's settings, and statusquo installed.",
            evidence=self._log.read(),
        )


@contextmanager
def project(config: Config, lease: Lease) -> Iterator[Project]:
    """The project, asked in the folder and environment of the service that ``baseline.as`` names.

    Raises ConfigError where there is none.
    """
    if not config.recipe_service:
        raise ConfigError(
            f"{config.path.name}: no service runs a command that could be asked what the models are.",
            next="Name one in baseline.as.",
        )
    launch = lease.launch(config.recipe_service, COMMAND)
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
            yield Project(process, log, config.recipe_service)
        finally:
            if process.stdin:
                process.stdin.close()
