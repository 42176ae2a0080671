"""What a volume is, as values: files and folders by their paths below its root."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

FOLDER, FILE, PROGRAM = 0o755, 0o644, 0o755
"""The modes that packed members have: who may do what with a file is a matter of where it is unpacked."""
TIME = 946684800
"""The first second of 2000. Not of 1970: ``zipfile``, and what else a project hands its files to, begins at 1980."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file, or a folder, which has no digest."""

    path: str
    """From the root on, with slashes."""
    digest: str = ""
    """The SHA-256 of the content, in hexadecimal digits."""
    size: int = 0
    is_program: bool = False
    """Whether its owner may run it: all that is kept of a mode."""

    @property
    def is_folder(self) -> bool:
        """True for a folder."""
        return not self.digest


@dataclass(frozen=True, slots=True)
class Volume:
    """What an archive or a folder holds, by path; the folders above files are among the members."""

    members: Mapping[str, Member]
    is_canonical: bool = True
    """False for an archive that ``packing`` would write in another way."""

    @property
    def digests(self) -> dict[str, str]:
        """The digest of each file, in order: what a lock keeps."""
        return {path: each.digest for path, each in sorted(self.members.items()) if not each.is_folder}

    @property
    def size(self) -> int:
        """The bytes of all files."""
        return sum(each.size for each in self.members.values())


def of(members: Iterable[Member], *, is_canonical: bool = True) -> Volume:
    """The volume of these members and the folders above them."""
    found = {each.path: each for each in members}
    above = {folder: Member(folder) for path in found for folder in parents(path)}
    return Volume(dict(sorted({**above, **found}.items())), is_canonical)


def parents(path: str) -> tuple[str, ...]:
    """The folders above a path, the outermost first."""
    parts = path.split("/")
    return tuple("/".join(parts[:depth]) for depth in range(1, len(parts)))
