"""A recipe step that unpacks an archive into a folder of the stack. The wiring makes it, the baseline build runs it."""

from __future__ import annotations

import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from statusquo.core import fingerprint
from statusquo.core.endpoint import Endpoint
from statusquo.core.errors import RecipeFailed


@dataclass(frozen=True, slots=True)
class UnpackRecipe:
    """Unpack a tar archive (plain, gz, bz2 or xz) into a folder; nothing may leave that folder."""

    title: str
    archive: Path
    into: str

    def fingerprint(self) -> str:
        """The content of the archive and the folder it goes to."""
        return fingerprint.of_value([fingerprint.of_file(self.archive), self.into])

    def build(self, endpoints: Mapping[str, Endpoint]) -> None:
        """Unpack it. Raises RecipeFailed for what is no archive, and for members that would leave the folder."""
        folder = endpoints[self.into].path
        if folder is None:
            raise RecipeFailed(f"The recipe step '{self.title}' has no folder to unpack into.")
        try:
            with tarfile.open(self.archive, "r:*") as archive:
                archive.extractall(folder, filter="data")
        except (tarfile.TarError, OSError, EOFError) as error:
            raise RecipeFailed(
                f"The recipe step '{self.title}' failed: {self.archive}: {error}.",
                next="It must be a tar archive whose members stay below its root.",
            ) from error
