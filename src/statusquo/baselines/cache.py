"""The folder where built baselines are kept, one folder each, named by fingerprint. The wiring builds and takes them.

baselines/
  3f2a.../complete.json     written last, with what lies beside it: a folder of which a part is missing does not count
  3f2a.../db/ media/ ...    what each store or service needs to come back
  3f2a....lock              held by whoever builds
  building-xyz/             a build in the making, renamed when it is whole; swept by the next build
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import filelock

from statusquo.core import fingerprint as digests

_MARK = "complete.json"
_BUILDING = "building-"
_KEEP = 4
"""How many baselines of a project are kept; the least recently used go..."""
_REST = 3600.0
"""...once nobody has used them for so many seconds: a run that copies one is never overtaken."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a kept baseline says of itself."""

    fingerprint: str
    made: float
    """When it was built, in seconds since the epoch."""
    seconds: float
    """How long the build took."""
    inputs: dict[str, str]
    """What its fingerprint was made from: a digest or version by name."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A complete baseline in the cache."""

    folder: Path
    facts: Facts

    @property
    def bytes(self) -> int:
        """How much room it takes."""
        return sum(path.lstat().st_size for path in self.folder.rglob("*") if path.is_file())


@dataclass(frozen=True, slots=True)
class _Marked:
    """A baseline and what its mark says that it consists of."""

    kept: Kept
    content: str


class Cache:
    """The baselines of one project."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def find(self, fingerprint: str) -> Kept | None:
        """The complete baseline of that fingerprint, if there is one of which nothing is missing."""
        folder = self._root / fingerprint
        marked = _read(folder)
        return marked.kept if marked and marked.content == _content(folder) else None

    def entries(self) -> tuple[Kept, ...]:
        """All baselines that were completed, the most recently used first."""
        folders = self._root.iterdir() if self._root.is_dir() else ()
        found = [marked.kept if (marked := _read(folder)) else None for folder in folders]
        kept = [each for each in found if each is not None]
        return tuple(sorted(kept, key=lambda each: (each.folder / _MARK).stat().st_mtime, reverse=True))

    def unused_since(self, moment: float) -> tuple[str, ...]:
        """The fingerprints of baselines that nobody has used since *moment*, in seconds since the epoch."""
        return tuple(
            each.facts.fingerprint for each in self.entries() if (each.folder / _MARK).stat().st_mtime < moment
        )

    def take(self, kept: Kept) -> None:
        """Note that *kept* was used just now, so that it is not the next to go."""
        os.utime(kept.folder / _MARK)

    def ensure(self, fingerprint: str, build: Callable[[Path], Facts], *, waiting: Callable[[], None]) -> Kept:
        """The baseline of that fingerprint; *build* fills a new folder if there is none, one process at a time.

        *waiting* is called when another process is at it. Whatever stops *build* leaves nothing that could be taken
        for a baseline.
        """
        self._root.mkdir(parents=True, exist_ok=True)
        with self._awaited(fingerprint, waiting):
            kept = self.find(fingerprint)
            if kept is None:
                self._sweep(fingerprint)
                kept = self._build(fingerprint, build)
            self.take(kept)
        self._prune(keep=fingerprint)
        return kept

    def rebuild(self, fingerprint: str, build: Callable[[Path], Facts]) -> Kept:
        """The baseline of that fingerprint, built anew by *build*; the old one stays until the new one is whole."""
        self._root.mkdir(parents=True, exist_ok=True)
        with self._locked(fingerprint):
            self._sweep(fingerprint)
            return self._build(fingerprint, build)

    def remove(self, fingerprint: str) -> bool:
        """Remove a baseline; False if there was none. A build in the making is waited for."""
        if not (self._root / fingerprint).is_dir():
            return False
        with self._locked(fingerprint):
            self._discard(self._root / fingerprint)
        return True

    def _build(self, fingerprint: str, build: Callable[[Path], Facts]) -> Kept:
        making = Path(tempfile.mkdtemp(prefix=f"{_BUILDING}{fingerprint}-", dir=self._root))
        try:
            facts = build(making)
            os.sync()  # the content is on disk before the mark is: a power cut leaves no mark on half a baseline
            mark = {**asdict(facts), "content": _content(making)}
            (making / _MARK).write_text(json.dumps(mark, indent=2), encoding="utf-8")
            self._discard(self._root / fingerprint)
            return Kept(making.rename(self._root / fingerprint), facts)
        except BaseException:
            shutil.rmtree(making, ignore_errors=True)
            raise

    def _discard(self, folder: Path) -> None:
        (folder / _MARK).unlink(missing_ok=True)
        if folder.is_dir():
            shutil.rmtree(folder)

    def _sweep(self, fingerprint: str) -> None:
        """Remove what killed builds left: ours, whose lock we hold, and those whose lock nobody holds."""
        for left in self._root.glob(f"{_BUILDING}*"):
            other = left.name.removeprefix(_BUILDING).split("-")[0]
            if other == fingerprint:
                shutil.rmtree(left, ignore_errors=True)
                continue
            with suppress(filelock.Timeout), self._locked(other, patience=0):
                shutil.rmtree(left, ignore_errors=True)

    def _prune(self, *, keep: str) -> None:
        for old in self.entries()[_KEEP:]:
            rested = time.time() - (old.folder / _MARK).stat().st_mtime
            if old.facts.fingerprint != keep and rested > _REST:
                self.remove(old.facts.fingerprint)

    @contextmanager
    def _awaited(self, fingerprint: str, waiting: Callable[[], None]) -> Iterator[None]:
        """Hold the lock; *waiting* is called first if somebody else does."""
        with ExitStack() as held:
            try:
                held.enter_context(self._locked(fingerprint, patience=0))
            except filelock.Timeout:
                waiting()
                held.enter_context(self._locked(fingerprint))
            yield

    @contextmanager
    def _locked(self, fingerprint: str, *, patience: float = -1) -> Iterator[None]:
        with filelock.FileLock(self._root / f"{fingerprint}.lock", timeout=patience):
            yield


def _read(folder: Path) -> _Marked | None:
    """What the mark in *folder* says; None without one that we wrote for it."""
    try:
        mark = json.loads((folder / _MARK).read_text(encoding="utf-8"))
        content = mark.pop("content")
        kept = Kept(folder, Facts(**mark))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return _Marked(kept, content) if kept.facts.fingerprint == folder.name else None


def _content(folder: Path) -> str:
    """What lies in *folder*, every file by name and size: cleaners of disks take some and leave the rest."""
    files = (path for path in folder.rglob("*") if path.name != _MARK and not path.is_dir())
    return digests.of_value(sorted((path.relative_to(folder).as_posix(), path.lstat().st_size) for path in files))
