"""A recipe step that unpacks an archive into a folder of the stack. The wiring makes it, the baseline build runs it."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

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
                members = archive.getmembers()
                for member in members:
                    _check(member)
                # Our check stands in for the filters of tarfile, which Python before 3.11.4 does not have.
                archive.extraction_filter = staticmethod(lambda member, path: member)
                archive.extractall(folder, members)  # noqa: S202 - checked one by one above
        except (tarfile.TarError, OSError, EOFError) as error:
            raise RecipeFailed(
                f"The recipe step '{self.title}' failed: {self.archive}: {error}.",
                next="It must be a tar archive of files and folders below its root.",
            ) from error


def _check(member: tarfile.TarInfo) -> None:
    """Raise TarError for what could write outside the folder, or is neither file nor folder."""
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts:
        raise tarfile.TarError(f"{member.name} would leave the folder")
    if not (member.isreg() or member.isdir()):
        raise tarfile.TarError(f"{member.name} is neither a file nor a folder")
    member.mode = (member.mode & 0o755) | (0o700 if member.isdir() else 0o600)
    member.uid, member.gid, member.uname, member.gname = os.getuid(), os.getgid(), "", ""
