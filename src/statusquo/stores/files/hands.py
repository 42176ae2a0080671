"""Puts a folder back, and reads back what it wrote. The store calls it with what it found to differ.

Only paths that a look has just seen, or that the baseline has, are acted on, and each is reached step by step from the
folder itself: a link that leads out of it is replaced, never passed through.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path

from statusquo.core.errors import NotExact
from statusquo.stores.files import manifest, reach, restore, writers, xattrs
from statusquo.stores.files.manifest import Manifest, Suspects
from statusquo.stores.files.picture import Picture
from statusquo.stores.files.reader import Reader
from statusquo.stores.files.restore import Difference, MakeFolder, MakeLink, MakeTwin, Remove, Step, Write
from statusquo.stores.files.scan import ROOT, Witness
from statusquo.stores.files.vault import Vault
from statusquo.stores.files.xattrs import Xattrs

TRIES = 5
"""How often what somebody else changes at the same time is put back before we give up."""


class Hands:
    """Works in one folder. Permissions that are in the way are opened, and closed again when all is in place."""

    def __init__(self, store: str, root: Path, *, picture: Picture, reader: Reader, vault: Vault) -> None:
        self._store = store
        self._root = root
        self._picture = picture
        self._reader = reader
        self._vault = vault

    def put_back(self, held: Manifest, suspects: Suspects, differences: Sequence[Difference]) -> frozenset[str]:
        """Put back the *differences*, and read what was written; the paths that may look otherwise now.

        Raises OSError; NotExact if there are differences each time, because somebody else writes, too.
        """
        settled: set[str] = set()
        for _ in range(TRIES):
            acted, written = self._act(held, suspects, differences)
            settled |= self._picture.review(acted, unlock)
            suspects = manifest.compare(held, self._picture.seen, among=settled, read=written)
            differences = self._reader.examine(held, suspects)
            if not differences:
                return frozenset(settled)
        path = self._root / differences[0].path
        raise NotExact(
            f'Store "{self._store}": {manifest.text(str(path))} cannot be put back: somebody goes on changing it.',
            why=f"{TRIES} times it was not as the baseline has it right after it was written. {_holders(path)}",
            next="Let a test wait until the services are done with it, or stop them while the stack is rewound.",
        )

    def _act(
        self, held: Manifest, suspects: Suspects, differences: Sequence[Difference]
    ) -> tuple[set[str], frozenset[str]]:
        """All that was acted on, and those of it that were written."""
        seen = self._picture.seen
        found = {each.path: each.found for each in differences if each.found and each.found.kind == "file"}
        outside = {path for path, now in found.items() if seen[path].links > 1 + len(now.names)}
        steps = restore.plan_steps(differences, outside)
        written = frozenset(step.path for step in steps if isinstance(step, Write))
        for step in steps:
            with self._picture.unheard(step.path) if step.path in written else nullcontext():
                self._do(step)
        acted = {*suspects.doubtful, *suspects.missing, *(step.path for step in steps)}
        above = {folder or ROOT for path in acted for folder in restore.above(path)}  # opened to get there
        affected = above.union(suspects.doubtful, suspects.missing) & held.seen.keys()
        for path in sorted(affected, key=lambda path: (path == ROOT, -path.count("/"))):
            self._settle(path, held.seen[path], held.xattrs.get(path, {}))
        return affected.union(suspects.extra), written

    def _do(self, step: Step) -> None:
        """One step. Raises OSError."""
        with reach.place(self._root, step.path, stat.S_IRWXU) as (name, folder):
            match step:
                case Remove():
                    _remove(name, folder)
                case MakeFolder():
                    os.mkdir(name, dir_fd=folder)
                case Write(digest=digest):
                    self._write(digest, name, folder)
                case MakeLink(target=target):
                    os.symlink(target, name, dir_fd=folder)
                case MakeTwin(first=first):
                    with reach.place(self._root, first) as (other, its_folder):
                        os.link(other, name, src_dir_fd=its_folder, dst_dir_fd=folder, follow_symlinks=False)

    def _settle(self, path: str, held: Witness, attributes: Xattrs) -> None:
        """Put back owner, extended attributes, permissions and mtime where they differ. Raises OSError."""
        with reach.place(self._root, path, stat.S_IXUSR) as (name, folder):
            now = _stat(name, folder)
            if (now.st_uid, now.st_gid) != (held.uid, held.gid):
                os.chown(name, held.uid, held.gid, dir_fd=folder, follow_symlinks=False)
            if held.kind != "link":
                with _node(name, folder) as node:
                    xattrs.put_back(node, attributes)
                    if _stat(name, folder).st_mode != held.mode:  # setuid and setgid went with the owner
                        reach.change_mode(node, held.mode)
            if now.st_mtime_ns != held.mtime_ns:
                os.utime(name, ns=(now.st_atime_ns, held.mtime_ns), dir_fd=folder, follow_symlinks=False)

    def _write(self, digest: str, name: str, folder: int) -> None:
        """Into the file that is there; a program that is running is left to run, and another file takes its place."""
        _unlock(name, folder, stat.S_IRUSR | stat.S_IWUSR)
        try:
            file = os.open(name, reach.WRITE | os.O_CREAT, 0o600, dir_fd=folder)
        except OSError as error:
            if error.errno != errno.ETXTBSY:
                raise
            os.unlink(name, dir_fd=folder)
            file = os.open(name, reach.WRITE | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=folder)
        try:
            self._vault.put_back(digest, file)
        finally:
            os.close(file)


def unlock(folder: str) -> None:
    """Give the owner of a folder that cannot be listed all rights to it. Raises OSError."""
    opened = os.open(folder, reach.FOLDER)
    try:
        reach.open_up(opened, stat.S_IRWXU)
    finally:
        os.close(opened)


def _unlock(name: str, folder: int, rights: int) -> None:
    """Give the owner *rights*; nothing happens if they are there, or nothing else is."""
    with contextlib.suppress(FileNotFoundError):
        mode = _stat(name, folder).st_mode
        if mode & rights != rights and not stat.S_ISLNK(mode):
            with _node(name, folder) as node:
                reach.change_mode(node, mode | rights)


def _remove(name: str, folder: int) -> None:
    try:
        if not stat.S_ISDIR(_stat(name, folder).st_mode):
            os.unlink(name, dir_fd=folder)
            return
    except FileNotFoundError:
        return  # it went with the folder it was in
    _unlock(name, folder, stat.S_IRWXU)
    inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    try:
        for inside in os.listdir(inner):  # noqa: PTH208  # a Path has no open folder
            _remove(inside, inner)
    finally:
        os.close(inner)
    os.rmdir(name, dir_fd=folder)


def _holders(path: Path) -> str:
    names = writers.names(path)
    return f"Open for writing in: {names}." if names else "Who has it open could not be seen."


def _stat(name: str, folder: int) -> os.stat_result:
    return os.stat(name, dir_fd=folder, follow_symlinks=False)


@contextlib.contextmanager
def _node(name: str, folder: int) -> Iterator[str | int]:
    """What has the name now, as a path that leads to it whatever happens to the name."""
    opened = os.open(name, reach.NODE, dir_fd=folder)
    try:
        yield reach.by_number(opened)
    finally:
        os.close(opened)
