"""A recipe step that loads test data into a database. The wiring makes it, the baseline build runs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from statusquo.core import fingerprint
from statusquo.core.endpoint import Endpoint
from statusquo.core.errors import DatasetError, RecipeFailed, StoreError


@dataclass(frozen=True, slots=True)
class LoadRecipe:
    """Load a dataset, a file or a folder with the lock beside it: all of it or nothing."""

    title: str
    dataset: Path
    on: str
    load: Callable[[Path, Endpoint], object]
    """Puts the data into a database; raises DatasetError, StoreError."""

    def fingerprint(self) -> str:
        """The content of the data, of their lock, and the database they go to."""
        stem = self.dataset.stem if self.dataset.suffix else self.dataset.name
        lock = self.dataset.with_name(f"{stem}.lock.json")
        files = self.dataset.rglob("*") if self.dataset.is_dir() else (self.dataset, lock)
        there = [path for path in (*files, lock) if path.is_file()]
        return fingerprint.of_value([fingerprint.of_files(there, self.dataset.parent), self.on])

    def build(self, endpoints: Mapping[str, Endpoint]) -> None:
        """Load it. Raises RecipeFailed."""
        try:
            self.load(self.dataset, endpoints[self.on])
        except (DatasetError, StoreError) as error:
            raise RecipeFailed(f"The recipe step '{self.title}' failed.", evidence=str(error)) from error
