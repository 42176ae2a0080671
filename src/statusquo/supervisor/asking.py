"""A project that answers for its own data: its models and its rows, by a program run as one of its services is.

For a dump, where nothing is known of the models yet, or where only the project's code can read their values.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from statusquo.assets import sidecar
from statusquo.assets.sidecar import Lock
from statusquo.config import Config
from statusquo.core.errors import StoreError
from statusquo.core.rows import Json, Table
from statusquo.supervisor import visiting
from statusquo.supervisor.client import Lease
from statusquo.supervisor.visiting import Visit


class Project:
    """Answers as long as its process lives; its rows are those of one moment."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit

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
        said = self._visit.ask(question)
        if "error" in said:
            raise StoreError(f'The service "{self._visit.service}" cannot read its database.', evidence=said["error"])
        return said["answer"]


@contextmanager
def project(config: Config, lease: Lease) -> Iterator[Project]:
    """The project, asked in the folder and environment of the service that ``baseline.as`` names.

    Raises ConfigError where there is none.
    """
    with visiting.visit(config, lease, "serve") as found:
        yield Project(found)
