"""A recipe step that unpacks an archive into a folder of the stack. The wiring makes it, the baseline build runs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from statusquo.core import fingerprint
from statusquo.core.endpoint import Endpoint
from statusquo.core.errors import DatasetError, RecipeFailed


@dataclass(frozen=True, slots=True)
class UnpackRecipe:
    """Unpack a tar archive into a folder: all of it or nothing, and nothing of it elsewhere."""

    title: str
    archive: Path
    into: str
    unpack: Callable[[Path, Path], object]
    """Puts what the first holds into the second; raises DatasetError for what is not safe, or no archive."""

    def fingerprint(self) -> str:
        """The content of the archive and the folder it goes to."""
        return fingerprint.of_value([fingerprint.of_file(self.archive), self.into])

    def build(self, endpoints: Mapping[str, Endpoint]) -> None:
        """Unpack it. Raises RecipeFailed."""
        folder = endpoints[self.into].path
        if folder is None:
            raise RecipeFailed(f"The recipe step '{self.title}' has no folder to unpack into.")
        try:
            self.unpack(self.archive, folder)
        except DatasetError as error:
            raise RecipeFailed(f"The recipe step '{self.title}' failed: {error}") from error
