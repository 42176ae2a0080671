"""What a folder holds now, as far as it can be known without reading files, and what of it may have changed.

The store looks at it each time it is called. Where the folder can be watched, a look costs what was heard of; where
it cannot, or something was not heard, the whole folder is scanned. Both ways the same things are found.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from statusquo.stores.files import reach, scan, watch, writers
from statusquo.stores.files.scan import ROOT, Witness
from statusquo.stores.files.watch import Changed, Deaf, Watch

Locked = Callable[[str], object]
"""Called with a folder that cannot be listed, before it is tried once more."""


@dataclass(frozen=True, slots=True)
class News:
    """What may have changed since the last look."""

    paths: frozenset[str] | None
    """``None``: any path."""
    written: frozenset[str]
    """Files whose content may have changed although their witness is the same."""


class Picture:
    """The paths of one folder with their witnesses; ``look`` brings them up to date."""

    def __init__(self, root: Path) -> None:
        self.seen: dict[str, Witness] = {}
        self.deaf = ""
        """Why the folder is scanned each time; empty where it is watched."""
        self._root = root
        self._watch: Watch | None = None
        self._is_followed = False
        self._loose: set[str] = set()
        self._held: set[str] = set()

    def look(self, locked: Locked) -> News:
        """What may have changed since the last time. Raises OSError."""
        changed = self._hear()
        if changed is None:
            return self._scan(locked)
        try:
            paths = self.review(changed.paths | self._loose, locked)
        except PermissionError:  # behind a closed folder, and only a scan opens all on the way
            return self._scan(locked)
        for path in changed.opened - changed.written:
            with suppress(OSError), self.reading(path):
                pass
        return News(paths | self._loose, frozenset(changed.written | self._held | self._loose))

    def review(self, paths: Iterable[str], locked: Locked) -> frozenset[str]:
        """Look at *paths* once more: which they are, with what is below new folders and the folders above them."""
        above = {path.rpartition("/")[0] or ROOT for path in paths}
        reviewed: set[str] = set()
        for path in sorted({*paths, *above}, key=_outer_first):
            reviewed |= {path, *self._refresh(path, locked)}
        return frozenset(reviewed)

    def follow(self) -> frozenset[str]:
        """Watch what is not watched yet; the files that somebody may write to without being heard."""
        for path in sorted(self._loose if self._is_followed else self.seen):
            found = self.seen.get(path)
            if self._watch and found and not self._watch.is_watched(path, found.inode):
                self._follow(path, found)
        self._is_followed = self._watch is not None
        return frozenset(self._held)

    @contextmanager
    def reading(self, path: str) -> Iterator[int]:
        """A file opened for reading, watched from now on; our opening it is not heard. Raises OSError."""
        with self.unheard(path):
            file = reach.opened(self._root, path, reach.READ)
        try:
            self._listen(path, file)
            yield file
            self.seen[path] = scan.witness(os.fstat(file))
        finally:
            os.close(file)

    @contextmanager
    def unheard(self, path: str) -> Iterator[None]:
        """What is done to a file in this block is not heard; it counts as written until it is watched again."""
        self._loose.add(path)
        if self._watch:
            self._loose |= self._watch.forget(path)
        yield

    def close(self) -> None:
        """Watch no more."""
        if self._watch:
            self._watch.close()
            self._watch = None

    def _hear(self) -> Changed | None:
        if not self._watch or not self._is_followed:
            return None
        heard = self._watch.hear()
        with suppress(FileNotFoundError):
            root = self._root.lstat()  # after hearing: a folder in its place may have got its number
            if stat.S_ISDIR(root.st_mode) and self._watch.is_watched(ROOT, root.st_ino):
                return heard
        return None

    def _scan(self, locked: Locked) -> News:
        self.close()
        self._loose, self._is_followed = set(), False
        if not self.deaf:
            self._watch = self._open_watch()
        self.seen = scan.read(str(self._root), locked=locked, entered=self._enter)
        self._held &= self.seen.keys()
        unsure = self._held if self._is_told_by_ctime() else self.seen.keys()
        return News(None, frozenset(path for path in unsure if self.seen[path].kind == "file"))

    def _open_watch(self) -> Watch | None:
        try:
            return Watch(str(self._root))
        except FileNotFoundError:
            return None
        except Deaf as deaf:
            self._give_up(deaf)
            return None

    def _give_up(self, deaf: Deaf) -> None:
        self.deaf = str(deaf)
        self.close()

    def _enter(self, folder: str) -> None:
        if self._watch:
            try:
                self._watch.folder(folder)
            except Deaf as deaf:
                self._give_up(deaf)

    def _follow(self, path: str, found: Witness) -> None:
        with suppress(OSError):  # it went, or nobody may read it: it stays under suspicion
            match found.kind:
                case "file":
                    with self.reading(path):
                        pass
                case "link" if self._watch:
                    self._watch.link(path)
                    self._loose.discard(path)
                case "folder":
                    self._enter(path)
                    self._loose.discard(path)

    def _listen(self, path: str, file: int) -> None:
        try:
            is_held = self._watch.file(path, file) if self._watch else writers.is_open_for_writing(file)
        except Deaf as deaf:
            self._give_up(deaf)
            is_held = False
        names = self._watch.names(path) if self._watch else {path}
        self._loose -= names
        self._held = self._held | names if is_held else self._held - names

    def _refresh(self, path: str, locked: Locked) -> set[str]:
        """Look at one path; those that are not there any more, or are new, with it."""
        known, found = self.seen.get(path), self._find(path)
        below: set[str] = set()
        is_other = known is not None and (found is None or known.inode != found.inode)
        if known and known.kind == "folder" and is_other:
            below = {each for each in self.seen if each.startswith(f"{path}/") or path == ROOT}
        for gone in below if found else {*below, path}:
            self._drop(gone)
        if found is None:
            return below
        self.seen[path] = found
        is_old = known is not None and not is_other
        if self._watch.is_watched(path, found.inode) if self._watch else is_old:
            return below
        if found.kind != "folder":
            self._loose.add(path)
            return below
        new = scan.read(str(self._root), path, locked=locked, entered=self._enter)
        self.seen |= new
        self._loose |= {each for each in new if new[each].kind != "folder"}
        return below | new.keys()

    def _find(self, path: str) -> Witness | None:
        above = self.seen.get(path.rpartition("/")[0] or ROOT)
        if path != ROOT and (above is None or above.kind != "folder"):
            return None
        try:
            found = os.lstat(f"{self._root}/{path}")
        except (FileNotFoundError, NotADirectoryError):
            return None
        return scan.witness(found) if scan.is_kept(found) else None

    def _drop(self, path: str) -> None:
        self.seen.pop(path, None)
        self._loose.discard(path)
        self._held.discard(path)
        if self._watch:
            self._watch.leave(path)

    def _is_told_by_ctime(self) -> bool:
        """True if a program that writes to a mapped file moves its ctime; in a tmpfs it does not."""
        return sys.platform != "linux" or watch.file_system(str(self._root)) != "tmpfs"


def _outer_first(path: str) -> tuple[bool, int, str]:
    return path != ROOT, path.count("/"), path
