"""Contents of files by their SHA-256, in a folder of our own. The store puts in what a baseline needs."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

CHUNK = 1 << 20


class Vault:
    """A folder with one file per content, named by its digest. What is in it never changes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, path: Path) -> tuple[str, bool]:
        """Copy the content of the file at *path* in: the digest of what was copied, and whether it is new here."""
        part = self._folder / "part"
        digest = hashlib.sha256()
        with open(path, "rb", opener=_no_follow) as source, part.open("wb") as target:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                target.write(chunk)
        kept = self._folder / digest.hexdigest()
        is_new = not kept.exists()
        part.replace(kept)
        return kept.name, is_new

    def write(self, digest: str, path: Path) -> None:
        """Make it the content of the file at *path*: in the inode that is there, or a new file.

        The file is never shorter than its new content, so that a process that has it mapped can read on.
        """
        with (self._folder / digest).open("rb") as source, open(path, "wb", opener=_in_place) as target:
            shutil.copyfileobj(source, target, CHUNK)
            target.truncate()

    def drop(self, digests: Iterable[str]) -> None:
        """Forget contents."""
        for digest in digests:
            (self._folder / digest).unlink()

    def export(self, digests: Iterable[str], folder: Path) -> None:
        """Give another vault's *folder* the same contents, by hard link where the file system can."""
        for digest in digests:
            _share(self._folder / digest, folder / digest)

    def adopt(self, digests: Iterable[str], folder: Path) -> None:
        """Take contents over from another vault's *folder*, which may vanish afterwards."""
        for digest in digests:
            _share(folder / digest, self._folder / digest)

    def close(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self._folder, ignore_errors=True)


def digest_of(path: Path) -> str:
    """The digest of the file at *path*."""
    with open(path, "rb", opener=_no_follow) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _share(source: Path, target: Path) -> None:
    if target.exists():
        return
    try:
        target.hardlink_to(source)
    except OSError:  # another file system, or one without hard links
        shutil.copyfile(source, target)


def _no_follow(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW)


def _in_place(path: str, flags: int) -> int:
    return os.open(path, (flags & ~os.O_TRUNC) | os.O_NOFOLLOW, 0o600)
