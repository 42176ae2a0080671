"""Contents of files by their SHA-256, in a folder of our own. The store puts in what a baseline needs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from statusquo.stores.files import copying

PART = "part"
"""What is being written."""


class Vault:
    """A folder with one file per content, named by its digest and complete from the moment it has that name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._part = folder / PART
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, file: int) -> tuple[str, bool]:
        """Copy the content of an open file in: the digest of what was copied, and whether it is new here."""
        with _opened(self._part, os.O_RDWR | os.O_CREAT | os.O_TRUNC) as part:
            digest = copying.keep(file, part)
        kept = self._folder / digest
        is_new = not kept.exists()
        self._part.replace(kept)
        return digest, is_new

    def put_back(self, digest: str, file: int) -> None:
        """Make it the content of an open file, which is never shorter than that: who has it mapped can read on."""
        with _opened(self._folder / digest, os.O_RDONLY) as source:
            copying.put_back(source, file)

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


def _share(source: Path, target: Path) -> None:
    if target.exists():
        return
    try:
        target.hardlink_to(source)
    except OSError:  # another file system, or one without hard links
        part = target.with_name(PART)
        shutil.copyfile(source, part)
        part.replace(target)


@contextmanager
def _opened(path: Path, flags: int) -> Iterator[int]:
    file = os.open(path, flags | os.O_CLOEXEC, 0o600)
    try:
        yield file
    finally:
        os.close(file)
