"""A folder as a store: what may have been touched is heard of or seen, only that is read, and what differs is written
back into the same inodes, so that who has a file open sees it come back.

Put back are content, permissions, owner, mtime, extended attributes, links of both kinds and empty folders. Not looked
at are sockets, pipes, devices, and what is mounted inside. The module is long because the methods of two protocols
and the little they share are read together.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from statusquo.core import guard
from statusquo.core.baseline import Baseline, Rewound, Touched
from statusquo.core.diff import Diff
from statusquo.core.errors import StoreError
from statusquo.core.layers import Layers
from statusquo.stores.files import hands, manifest, mark, saved
from statusquo.stores.files.hands import Hands
from statusquo.stores.files.layer import Layer
from statusquo.stores.files.manifest import Manifest, Suspects
from statusquo.stores.files.picture import Locked, Picture
from statusquo.stores.files.reader import Reader
from statusquo.stores.files.vault import Vault

FOREIGN_CLOCK = 2_000_000_000
"""Nanoseconds by which another file system's clock may be coarser than, or differ from, that of our scratch space."""
RIGHTS = "Who runs the tests needs the same rights there as the services that write to it."


def open_store(name: str, root: Path, *, nonce: str, scratch: Path) -> FilesStore:
    """A store over the folder *root*; *scratch* is a folder for its own use, best on the same file system.

    Raises StoreError if *root* is a link: it could be led somewhere else.
    """
    if root.is_symlink():
        raise StoreError(f'Store "{name}": {root} is a symbolic link.', next="Give the folder that it leads to.")
    return FilesStore(name, root, nonce=nonce, scratch=scratch)


class FilesStore:
    """Use ``open_store``."""

    def __init__(self, name: str, root: Path, *, nonce: str, scratch: Path) -> None:
        self.name = name
        self._root = root
        self._nonce = nonce
        self._vault = Vault(scratch / "contents")
        self._clock = scratch / "clock"
        self._clock.touch()
        self._picture = Picture(root)
        self._reader = Reader(root, self._picture, self._vault)
        self._hands = Hands(name, root, picture=self._picture, reader=self._reader, vault=self._vault)
        self._layers: Layers[Layer] = Layers(name)

    @property
    def why_scanned(self) -> str:
        """Why the whole folder is scanned each time; empty where the kernel tells what was touched."""
        return self._picture.deaf

    def capture(self) -> Baseline:
        """Make the current state a baseline, inside those that exist; files not touched since the last are not read.

        Raises StoreError if a file or folder cannot be read.
        """
        with self._failing("captured"):
            tick = self._tick()
            self._look(_leave_locked)
            outer, suspects = self._innermost()
            there = [path for path in suspects.all if path in self._picture.seen]
            contents, added = self._reader.keep(there)
            attributes = {path: found for path in there if (found := self._reader.attributes(path))}
            held = self._picture.follow()
            captured = manifest.renewed(outer, self._picture.seen, suspects, contents, xattrs=attributes, tick=tick)
        return self._layers.push(Layer(captured, added, written=set(held)))

    def rewind(self, to: Baseline) -> Rewound:
        """Put back what changed since *to* and drop the baselines captured after it.

        Raises StaleBaseline, GuardError, StoreError; NotExact if somebody goes on writing to what is put back.
        """
        started = time.perf_counter()
        layer = self._layers.find(to)
        guard.check(store=self.name, where=str(self._root), found=mark.read(self._root), expected=self._nonce)
        with self._failing("put back"):
            tick = self._tick()
            if self._root.is_file() and not self._root.is_symlink():
                self._root.unlink()  # it stands where the folder was
            self._look(hands.unlock)
            suspects = layer.suspects(self._picture.seen)
            differences = self._reader.examine(layer.manifest, suspects)
            settled = self._hands.put_back(layer.manifest, suspects, differences) if suspects.all else frozenset[str]()
            for each in self._layers.kept:
                each.touch(settled)
            layer.settle(self._picture.seen, settled, held=self._picture.follow(), tick=tick)
        self._vault.drop(digest for inner in self._layers.above(to) for digest in inner.added)
        self._layers.drop_above(to)
        touched = (Touched(self._root.name, len(differences)),) if differences else ()
        notes = (f"The whole folder is scanned each time: {self.why_scanned}",) if self.why_scanned else ()
        return Rewound(self.name, time.perf_counter() - started, touched, notes)

    def diff(self, since: Baseline) -> Diff:
        """What changed since *since*; only reads. Raises StaleBaseline, and StoreError for a folder nobody may list."""
        layer = self._layers.find(since)
        with self._failing("compared"):
            self._look(_leave_locked)
            differences = self._reader.examine(layer.manifest, layer.suspects(self._picture.seen))
            return Diff(self.name, self._reader.changes(differences))

    def close(self) -> None:
        """Remove what was kept of the baselines; the folder stays as it is."""
        self._layers.clear()
        self._picture.close()
        self._vault.close()
        self._clock.unlink(missing_ok=True)

    def save(self, baseline: Baseline, folder: Path) -> None:
        """Write the state of *baseline* to *folder*. Raises StaleBaseline."""
        layer = self._layers.find(baseline)
        contents = folder / saved.CONTENTS
        contents.mkdir()
        self._vault.export(layer.manifest.digests, contents)
        saved.write(layer.vouched, folder)

    def resume(self, folder: Path) -> Baseline:
        """Take a saved baseline up again as the outermost one; *folder* is not needed afterwards."""
        held = saved.read(folder)
        self._vault.adopt(held.digests, folder / saved.CONTENTS)
        self._layers.clear()
        return self._layers.push(Layer(held, (), changed=None))

    def _look(self, locked: Locked) -> None:
        news = self._picture.look(locked)
        for layer in self._layers.kept:
            layer.hear(news)

    def _innermost(self) -> tuple[Manifest, Suspects]:
        """The manifest of the innermost baseline, an empty one if there is none, and what may differ from it."""
        seen = self._picture.seen
        if self._layers.kept:
            return self._layers.kept[-1].manifest, self._layers.kept[-1].suspects(seen)
        return Manifest(), manifest.compare(Manifest(), seen, among=None, read=frozenset())

    def _tick(self) -> int:
        """What the file system's clock says: no later write gets an earlier ctime."""
        os.utime(self._clock)
        ours = self._clock.stat()
        is_same = self._root.exists() and self._root.stat().st_dev == ours.st_dev
        return ours.st_ctime_ns - (0 if is_same else FOREIGN_CLOCK)

    @contextmanager
    def _failing(self, what: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreError(
                f'Store "{self.name}": {manifest.text(error.filename or str(self._root))} cannot be {what}.',
                why=f"{error.strerror}.",
                next=RIGHTS if isinstance(error, PermissionError) else "",
            ) from error


def _leave_locked(folder: str) -> None:
    """Change nothing; the second try to list the folder fails as the first did."""
