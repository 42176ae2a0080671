"""A recipe step that runs an SQL file in a SQLite database. The wiring makes it, the baseline build runs it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from statusquo.core import fingerprint
from statusquo.core.endpoint import Endpoint
from statusquo.core.errors import RecipeFailed


@dataclass(frozen=True, slots=True)
class SqliteRecipe:
    """Run an SQL file in a SQLite database, statement by statement; what ``.dump`` of its shell writes is one."""

    title: str
    file: Path
    on: str

    def fingerprint(self) -> str:
        """The content of the file and the database it goes to."""
        return fingerprint.of_value([fingerprint.of_file(self.file), self.on])

    def build(self, endpoints: Mapping[str, Endpoint]) -> None:
        """Run it. Raises RecipeFailed with SQLite's complaint and the line of the statement in the file."""
        path = endpoints[self.on].path
        if path is None:
            raise RecipeFailed(f"The recipe step '{self.title}' has no database to run in.")
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = OFF")  # a build that does not come to its end is not kept
            for line, statement in _statements(self.file.read_text(encoding="utf-8")):
                try:
                    connection.execute(statement)
                except sqlite3.Error as error:
                    raise RecipeFailed(
                        f"The recipe step '{self.title}' failed: {self.file}, line {line}.",
                        next="The baseline is not kept; the next run builds it again.",
                        evidence=str(error),
                    ) from error


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each statement, with the line that it begins in; what follows the last semicolon, too."""
    line, statement = 1, ""
    for piece in re.split("(?<=;)", text):
        statement += piece
        if sqlite3.complete_statement(statement):  # and not a semicolon in a text, a comment or a trigger
            yield line + _blank_lines(statement), statement
            line += statement.count("\n")
            statement = ""
    yield line + _blank_lines(statement), statement


def _blank_lines(statement: str) -> int:
    return statement[: len(statement) - len(statement.lstrip())].count("\n")
