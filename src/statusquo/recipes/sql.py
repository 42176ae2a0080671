"""A recipe step that runs an SQL file. The wiring makes it, the baseline build runs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg

from statusquo.core import fingerprint, libpq
from statusquo.core.endpoint import Endpoint
from statusquo.core.errors import RecipeFailed


@dataclass(frozen=True, slots=True)
class SqlRecipe:
    """Run an SQL file in a database as its owner, in one transaction unless the file has its own."""

    title: str
    file: Path
    on: str

    def fingerprint(self) -> str:
        """The content of the file and the database it goes to."""
        return fingerprint.of_value([fingerprint.of_file(self.file), self.on])

    def build(self, endpoints: Mapping[str, Endpoint]) -> None:
        """Run it. Raises RecipeFailed with the server's complaint and its line in the file."""
        address = endpoints[self.on].host
        if address is None:
            raise RecipeFailed(f"The recipe step '{self.title}' has no database to run in.")
        text = self.file.read_text(encoding="utf-8")
        try:
            with psycopg.connect(
                libpq.conninfo(address), autocommit=True, application_name="statusquo recipe"
            ) as connection:
                connection.execute(text.encode())
        except psycopg.Error as error:
            raise RecipeFailed(
                f"The recipe step '{self.title}' failed: {self.file}{_line(text, error)}.",
                next="The baseline is not kept; the next run builds it again.",
                evidence=str(error),
            ) from error


def _line(text: str, error: psycopg.Error) -> str:
    position = error.diag.statement_position
    return f", line {text.count(chr(10), 0, int(position)) + 1}" if position else ""
