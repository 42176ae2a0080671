"""What has to be done to a folder to put it back, decided purely, and done by a few small hands. The store calls both.

Only paths that a scan has just seen, or that the baseline has, are acted on, and each folder above them is a real one
by then: a link that leads out of the folder is replaced, never passed through.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from statusquo.stores.files import scan
from statusquo.stores.files.manifest import Entry
from statusquo.stores.files.scan import ROOT, Witness
from statusquo.stores.files.vault import Vault


@dataclass(frozen=True, slots=True)
class Difference:
    """A path that is not as the baseline has it; it is there in at least one of the two."""

    path: str
    held: Entry | None
    found: Entry | None


@dataclass(frozen=True, slots=True)
class Remove:
    """What is at the path goes, a folder with all that is in it."""

    path: str


@dataclass(frozen=True, slots=True)
class MakeFolder:
    """A folder."""

    path: str


@dataclass(frozen=True, slots=True)
class Write:
    """A file's content; into the file that is there, if there is one."""

    path: str
    digest: str


@dataclass(frozen=True, slots=True)
class MakeLink:
    """A symbolic link."""

    path: str
    target: str


@dataclass(frozen=True, slots=True)
class MakeTwin:
    """A hard link to a file that is in place by then."""

    path: str
    first: str


Step = Remove | MakeFolder | Write | MakeLink | MakeTwin


def plan_steps(differences: Sequence[Difference], outside: Collection[str]) -> tuple[Step, ...]:
    """All removals, then all that is made, parents first.

    *outside* are files that have a name outside of the folder, too: they are replaced, never written into.
    """
    extra = {each.path for each in differences if each.held is None}
    removals: list[Step] = []
    makings: list[Step] = []
    for each in differences:
        stays = _stays(each, extra) and each.path not in outside
        if each.found and not stays:
            removals.append(Remove(each.path))
        if each.held and not (stays and _needs_no_content(each)):
            makings.append(_making(each.path, each.held))
    return (*removals, *makings)


def _stays(each: Difference, extra: Collection[str]) -> bool:
    """True if what is there can be changed into what was there, and nothing else is changed with it."""
    held, found = each.held, each.found
    if held is None or found is None or held.kind != found.kind:
        return False
    if held.kind == "link":
        return held.content == found.content
    then, now = {each.path, *held.names}, {each.path, *found.names}.difference(extra)
    return now <= then and min(then) in now


def _needs_no_content(each: Difference) -> bool:
    """True also for all names of a file but the first: what is written under that one is there, too."""
    if each.held is None or each.found is None:
        return False
    return each.held.content == each.found.content or _first(each.path, each.held) != each.path


def _first(path: str, held: Entry) -> str:
    return min((path, *held.names))


def _making(path: str, held: Entry) -> Step:
    match held.kind:
        case "folder":
            return MakeFolder(path)
        case "link":
            return MakeLink(path, held.content)
        case "file":
            first = _first(path, held)
            return Write(path, held.content) if first == path else MakeTwin(path, first)


class Hands:
    """Does the steps in one folder. Permissions that are in the way are opened; ``settle`` closes them again."""

    def __init__(self, root: Path, vault: Vault) -> None:
        self._root = root
        self._vault = vault

    def do(self, step: Step) -> None:
        """One step. Raises OSError."""
        path = self._root / step.path
        if step.path != ROOT:
            unlock(path.parent, stat.S_IRWXU)
        match step:
            case Remove():
                _remove(path)
            case MakeFolder():
                path.mkdir()
            case Write(digest=digest):
                unlock(path, stat.S_IWUSR)
                self._vault.write(digest, path)
            case MakeLink(target=target):
                path.symlink_to(target)
            case MakeTwin(first=first):
                path.hardlink_to(self._root / first)

    def settle(self, path: str, held: Witness) -> Witness:
        """Put back owner, permissions and mtime where they differ; the witness afterwards. Raises OSError."""
        target = self._root / path
        now = target.lstat()
        if (now.st_uid, now.st_gid) != (held.uid, held.gid):
            os.chown(target, held.uid, held.gid, follow_symlinks=False)
            now = target.lstat()  # setuid and setgid go with the owner
        if now.st_mode != held.mode and not stat.S_ISLNK(held.mode):
            target.chmod(stat.S_IMODE(held.mode))
        if now.st_mtime_ns != held.mtime_ns:
            os.utime(target, ns=(now.st_atime_ns, held.mtime_ns), follow_symlinks=False)
        return scan.witness(target.lstat())


def unlock(path: Path, rights: int) -> None:
    """Give the owner *rights*; nothing happens if they are there, or nothing else is."""
    with contextlib.suppress(FileNotFoundError):
        mode = path.lstat().st_mode
        if mode & rights != rights and not stat.S_ISLNK(mode):
            path.chmod(stat.S_IMODE(mode) | rights)


def _remove(path: Path) -> None:
    try:
        if not stat.S_ISDIR(path.lstat().st_mode):
            path.unlink()
            return
    except FileNotFoundError:
        return  # it went with the folder it was in
    unlock(path, stat.S_IRWXU)
    for inside in list(path.iterdir()):
        _remove(inside)
    path.rmdir()
