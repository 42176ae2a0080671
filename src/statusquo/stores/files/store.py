"""A folder as a store: its manifest tells which files may have been touched, only those are read, and what differs is
written back into the same inodes, so that who has a file open sees it come back.

Put back are content, permissions, owner, mtime, links of both kinds and empty folders. Not looked at are sockets,
pipes, devices, extended attributes and what is mounted inside. The module is long because the methods of two protocols
and the little they share are read together.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from statusquo.core import diff, guard
from statusquo.core.baseline import Baseline, Rewound, Touched
from statusquo.core.diff import Change, Diff
from statusquo.core.errors import StoreError
from statusquo.core.layers import Layers
from statusquo.stores.files import manifest, mark, restore, saved, scan, vault
from statusquo.stores.files.manifest import UNREAD, Entry, Manifest, Suspects
from statusquo.stores.files.restore import Difference, Hands
from statusquo.stores.files.scan import ROOT, Kind, Witness
from statusquo.stores.files.vault import Vault

FOREIGN_CLOCK = 2_000_000_000
"""Nanoseconds by which another file system's clock may be coarser than, or differ from, that of our scratch space."""


RIGHTS = "Who runs the tests needs the same rights there as the services that write to it."


@dataclass(slots=True)
class Layer:
    """What is kept for a baseline. Its manifest gets new witnesses for what a rewind wrote."""

    manifest: Manifest
    added: tuple[str, ...]
    """The contents that were not in the vault before: no outer baseline needs them."""


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
        self._layers: Layers[Layer] = Layers(name)

    def capture(self) -> Baseline:
        """Make the current state a baseline, inside those that exist; files not touched since the last are not read.

        Raises StoreError if a file or folder cannot be read.
        """
        outer = self._layers.kept[-1].manifest if self._layers.kept else Manifest()
        with self._failing("captured"):
            tick, seen = self._tick(), self._scan(_leave_locked)
            suspects = manifest.compare(outer, seen)
            contents, added = self._keep([path for path in suspects.all if path in seen], seen)
            known = {path: content for path, content in outer.contents.items() if path in seen}
            names = scan.hard_links(seen, seen)
        racy = manifest.racy(seen, suspects.all, tick)
        return self._layers.push(Layer(Manifest(seen, known | contents, names, racy), added))

    def rewind(self, to: Baseline) -> Rewound:
        """Put back what changed since *to* and drop the baselines captured after it.

        Raises StaleBaseline, GuardError, StoreError.
        """
        started = time.perf_counter()
        layer = self._layers.find(to)
        guard.check(store=self.name, where=str(self._root), found=mark.read(self._root), expected=self._nonce)
        with self._failing("put back"):
            tick, seen = self._tick(), self._scan(lambda folder: restore.unlock(Path(folder), stat.S_IRWXU))
            suspects = manifest.compare(layer.manifest, seen)
            differences = self._examine(layer.manifest, seen, suspects)
            if suspects.all:
                back = self._put_back(layer.manifest, seen, suspects, differences)
                known = {**layer.manifest.seen, **back}
                layer.manifest = replace(layer.manifest, seen=known, racy=manifest.racy(back, back, tick))
        self._vault.drop(digest for inner in self._layers.above(to) for digest in inner.added)
        self._layers.drop_above(to)
        touched = (Touched(self._root.name, len(differences)),) if differences else ()
        return Rewound(self.name, time.perf_counter() - started, touched)

    def diff(self, since: Baseline) -> Diff:
        """What changed since *since*; only reads. Raises StaleBaseline, and StoreError for a folder nobody may list."""
        held = self._layers.find(since).manifest
        with self._failing("compared"):
            seen = self._scan(_leave_locked)
            differences = self._examine(held, seen, manifest.compare(held, seen))
            return Diff(self.name, tuple(self._change(each) for each in differences))

    def close(self) -> None:
        """Remove what was kept of the baselines; the folder stays as it is."""
        self._layers.clear()
        self._vault.close()
        self._clock.unlink(missing_ok=True)

    def save(self, baseline: Baseline, folder: Path) -> None:
        """Write the state of *baseline* to *folder*. Raises StaleBaseline."""
        held = self._layers.find(baseline).manifest
        contents = folder / saved.CONTENTS
        contents.mkdir()
        self._vault.export(held.digests, contents)
        saved.write(held, folder)

    def resume(self, folder: Path) -> Baseline:
        """Take a saved baseline up again as the outermost one; *folder* is not needed afterwards."""
        held = saved.read(folder)
        self._vault.adopt(held.digests, folder / saved.CONTENTS)
        self._layers.clear()
        return self._layers.push(Layer(held, ()))

    def _scan(self, locked: Callable[[str], object]) -> dict[str, Witness]:
        return scan.read(str(self._root), locked)

    def _tick(self) -> int:
        """What the file system's clock says: no later write gets an earlier ctime."""
        os.utime(self._clock)
        ours = self._clock.stat()
        is_same = self._root.exists() and self._root.stat().st_dev == ours.st_dev
        return ours.st_ctime_ns - (0 if is_same else FOREIGN_CLOCK)

    def _keep(self, paths: Iterable[str], seen: dict[str, Witness]) -> tuple[dict[str, str], tuple[str, ...]]:
        """The contents of *paths*, in the vault now, and which are new there; *seen* gets what is seen afterwards."""
        contents: dict[str, str] = {}
        added: list[str] = []
        for path in paths:
            match seen[path].kind:
                case "file":
                    digest, is_new = self._vault.put(self._root / path)
                    contents[path] = digest
                    added += [digest] * is_new
                case "link":
                    contents[path] = scan.target(self._root / path)
            seen[path] = scan.witness((self._root / path).lstat())
        return contents, tuple(added)

    def _examine(self, held: Manifest, seen: Mapping[str, Witness], suspects: Suspects) -> tuple[Difference, ...]:
        """The suspects that really differ, having read those files that may be the same for all that."""
        there = (*suspects.doubtful, *suspects.extra)
        names = scan.hard_links(seen, there)  # complete: a link made or removed changes the ctime of the others
        found: dict[str, Entry] = {}
        for path in there:
            now, then = seen[path], held.seen.get(path)
            may_be_same = then is not None and (then.kind, then.size) == (now.kind, now.size)
            content = self._content(path, now.kind) if may_be_same or now.kind != "file" else UNREAD
            found[path] = manifest.entry(now, content, names.get(path, ()))
        pairs = (Difference(path, held.entry(path), found.get(path)) for path in suspects.all)
        return tuple(pair for pair in pairs if pair.held != pair.found)

    def _content(self, path: str, kind: Kind) -> str:
        match kind:
            case "file":
                with suppress(PermissionError):
                    return vault.digest_of(self._root / path)
                return UNREAD
            case "link":
                return scan.target(self._root / path)
        return ""

    def _change(self, each: Difference) -> Change:
        found = each.found
        if found and found.content == UNREAD:
            found = replace(found, content=self._content(each.path, found.kind))
        kind: diff.Kind = "deleted" if not found else "inserted" if not each.held else "updated"
        before, after = each.held.image if each.held else None, found.image if found else None
        return Change(kind, self._root.name, manifest.text(each.path), before, after)

    def _put_back(
        self, held: Manifest, seen: Mapping[str, Witness], suspects: Suspects, differences: Sequence[Difference]
    ) -> dict[str, Witness]:
        """The witnesses afterwards of all that was doubtful, or is now."""
        found = {each.path: each.found for each in differences if each.found and each.found.kind == "file"}
        outside = {path for path, now in found.items() if seen[path].links > 1 + len(now.names)}
        steps = restore.plan_steps(differences, outside)
        hands = Hands(self._root, self._vault)
        for step in steps:
            hands.do(step)
        above = {step.path.rpartition("/")[0] or ROOT for step in steps}
        affected = above.union(suspects.doubtful, suspects.missing) & held.seen.keys()
        inner_first = sorted(affected, key=lambda path: (path == ROOT, -path.count("/")))
        return {path: hands.settle(path, held.seen[path]) for path in inner_first}

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
