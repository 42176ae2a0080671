"""Tries test data without some rows: writes them so, runs the tests, and puts back what was there."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from statusquo.assets import changes, closing, files
from statusquo.assets.changes import Change
from statusquo.assets.closing import Cut
from statusquo.assets.dataset import Record
from statusquo.assets.files import Stored
from statusquo.core.errors import DatasetError, MissingProgram

_SHOWN = 20
"""Lines of a test run that failed."""


@dataclass(slots=True)
class Trial:
    """The data, the tests, and how often they may run."""

    stored: Stored
    command: Sequence[str]
    most: int
    runs: int = 0
    tried: dict[frozenset[int], bool] = field(default_factory=dict)

    def start(self) -> None:
        """Run the tests with the data as they are. Raises DatasetError if they fail: nothing could be learnt then."""
        done = self._run()
        if done.returncode:
            raise DatasetError(
                f"{' '.join(self.command)} fails with the data as they are.",
                next="Make it pass first.",
                evidence="\n".join(done.stdout.splitlines()[-_SHOWN:]),
            )

    def is_fine(self, rows: Sequence[Record]) -> bool:
        """True if the tests pass without the rows; False without a try where they have run often enough."""
        gone = frozenset(map(id, rows))
        if gone not in self.tried and self.runs < self.most:
            changes.apply(files.plan_rewrite(self.stored, self.cut(rows).dataset))
            self.tried[gone] = self._run().returncode == 0
        return self.tried.get(gone, False)

    def cut(self, rows: Sequence[Record]) -> Cut:
        """The data without the rows."""
        return closing.without(self.stored.dataset, rows)

    def _run(self) -> subprocess.CompletedProcess[str]:
        self.runs += 1
        try:
            return subprocess.run(
                self.command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False
            )
        except OSError as error:
            raise MissingProgram(f"{self.command[0]!r} cannot be started: {error.strerror}.") from error


@contextmanager
def as_it_was(stored: Stored) -> Iterator[None]:
    """Write the data and their lock at the end as they were found, however that end comes."""
    before = [Change(each.path, each.content.decode()) for each in stored.sources]
    if stored.lock_path.is_file():
        before.append(Change(stored.lock_path, stored.lock_path.read_text(encoding="utf-8")))
    try:
        yield
    finally:
        changes.apply(before)
