"""The laws of a store, kept by the files store while files, folders and links of all sorts come, go and take turns."""

from __future__ import annotations

import hashlib
import mmap
import os
import shutil
import stat
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import strategies as st

from statusquo.stores.files import mark
from statusquo.stores.files.store import FilesStore, open_store
from statusquo.testing import contract
from statusquo.testing.contract import Digest
from tests import folders

SHARED_MEMORY = Path("/dev/shm")
NONCE = "the contract's"


@dataclass(frozen=True)
class Text:
    """Write a file: in place, or as editors do, a new one renamed over the old."""

    path: str
    content: bytes
    is_renamed: bool


@dataclass(frozen=True)
class Folder:
    path: str


@dataclass(frozen=True)
class Link:
    path: str
    target: str
    is_hard: bool


@dataclass(frozen=True)
class Move:
    path: str
    target: str


@dataclass(frozen=True)
class Touch:
    path: str
    mtime_ns: int


@dataclass(frozen=True)
class Mode:
    path: str
    mode: int


@dataclass(frozen=True)
class Owner:
    path: str
    uid: int


@dataclass(frozen=True)
class Remove:
    path: str


@dataclass(frozen=True)
class Attribute:
    path: str
    value: bytes | None


@dataclass(frozen=True)
class Outside:
    """Write to one of the files that are there through a name outside of the folder, which goes again."""

    which: int
    content: bytes


@dataclass(frozen=True)
class Handle:
    """Map one of the files that are there, or one that is made for it, and keep it so."""

    which: int


@dataclass(frozen=True)
class Poke:
    """Write to what is mapped, where nothing but the memory is told."""

    byte: int


OfPath = Text | Folder | Link | Move | Touch | Mode | Owner | Remove | Attribute
Write = OfPath | Outside | Handle | Poke

NAMES = st.sampled_from(["a", "b", "line\nbreak", os.fsdecode(b"\xff ")])
MODES = (0o500, 0o555, 0o700, 0o755, *((0o000, 0o444, 0o644) if os.geteuid() == 0 else ()))
"""Nobody but root can read, or enter, what has the last ones."""
PATHS = st.lists(NAMES, min_size=1, max_size=2).map("/".join)
TARGETS = PATHS | st.sampled_from([".", "..", "../outside", "./a//b", "nowhere"])
WRITES: st.SearchStrategy[Write] = st.one_of(
    st.builds(Text, PATHS, st.sampled_from([b"", b"x", b"y", b"longer"]), st.booleans()),
    st.builds(Folder, PATHS),
    st.builds(Link, PATHS, TARGETS, st.booleans()),
    st.builds(Move, PATHS, PATHS),
    st.builds(Touch, PATHS, st.sampled_from([1, 1_600_000_000_123_456_789])),
    st.builds(Mode, PATHS | st.just("."), st.sampled_from(MODES)),
    st.builds(Remove, PATHS),
    st.builds(Attribute, PATHS, st.sampled_from([b"", b"a", None])),
    st.builds(Outside, st.integers(0, 9), st.sampled_from([b"x", b"y"])),
    st.builds(Handle, st.integers(0, 9)),
    st.builds(Poke, st.sampled_from(b"xyz")),
    *([st.builds(Owner, PATHS, st.sampled_from([0, 1, 65534]))] if os.geteuid() == 0 else []),
)


class Files:
    """A folder, with a file beside it that nothing may reach."""

    def __init__(self, place: Path, deaf: str) -> None:
        self.place = place
        self.root = place / "media"
        self.deaf = deaf
        self.mapped: list[mmap.mmap] = []

    def fresh(self) -> None:
        for each in self.mapped:
            each.close()
        self.mapped = []
        folders.remove(self.root)
        self.root.mkdir()
        mark.write(self.root, NONCE)
        (self.place / "outside").write_text("not ours")

    def open(self) -> FilesStore:
        store = open_store("media", self.root, nonce=NONCE, scratch=self.place / "scratch")
        store._picture.deaf = self.deaf
        return store

    def apply(self, write: Write) -> None:
        with suppress(OSError):  # a folder is in the way, or a file: applications err, too
            match write:
                case Handle() | Outside():
                    self._do_to_one(write)
                case Poke():
                    for mapped in self.mapped:
                        if mapped.size():  # or the kernel would end us
                            mapped[0] = write.byte
                case _:
                    path = self.root / write.path
                    path.parent.mkdir(parents=True, exist_ok=True)
                    self._do(write, path)

    def _do_to_one(self, write: Handle | Outside) -> None:
        there = [path for path in sorted(self.root.rglob("*")) if stat.S_ISREG(path.lstat().st_mode)]
        path = there[write.which % len(there)] if there else self.root / "mapped"
        if isinstance(write, Outside):
            name = self.place / "name outside"
            name.hardlink_to(path)
            name.write_bytes(write.content)
            name.unlink()
            return
        if not path.exists() or not path.stat().st_size:
            path.write_bytes(b"mapped")
        with path.open("r+b") as file:
            self.mapped.append(mmap.mmap(file.fileno(), 0))
        assert self.mapped[-1][0] is not None  # the page is there before anybody writes to it

    def _do(self, write: OfPath, path: Path) -> None:  # noqa: C901  # one case for each write
        match write:
            case Text():
                _write(path, write.content, write.is_renamed)
            case Folder():
                path.mkdir()
            case Link(is_hard=True) if not write.target.startswith(".."):
                path.unlink(missing_ok=True)
                os.link(self.root / write.target, path, follow_symlinks=False)
            case Link():
                path.unlink(missing_ok=True)
                path.symlink_to(write.target)
            case Move():
                path.rename(self.root / write.target)
            case Touch():
                os.utime(path, ns=(1, write.mtime_ns), follow_symlinks=False)
            case Mode():
                if not path.is_symlink():
                    path.chmod(write.mode)
            case Owner():
                os.chown(path, write.uid, write.uid, follow_symlinks=False)
            case Attribute(value=None):
                os.removexattr(path, "user.x", follow_symlinks=False)
            case Attribute():
                os.setxattr(path, "user.x", write.value or b"", follow_symlinks=False)
            case Remove():
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()

    def digest(self) -> Digest:
        assert (self.place / "outside").read_text() == "not ours"
        paths = [self.root, *sorted(self.root.rglob("*"))]
        inodes = [path.lstat().st_ino for path in paths]
        names = {inode: [path for path, of in zip(paths, inodes, strict=True) if of == inode] for inode in inodes}
        return {("media", _name(path.relative_to(self.root))): _digest(path, names) for path in paths}


def _write(path: Path, content: bytes, is_renamed: bool) -> None:
    if path.is_symlink():
        return  # what it leads to may be outside
    if is_renamed:
        part = path.with_name("part")
        part.write_bytes(content)
        part.rename(path)
    else:
        path.write_bytes(content)


def _name(path: Path) -> str:
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _attributes(path: Path) -> dict[str, bytes]:
    names = os.listxattr(path, follow_symlinks=False) if sys.platform == "linux" else []
    return {name: os.getxattr(path, name, follow_symlinks=False) for name in names}


def _digest(path: Path, names: dict[int, list[Path]]) -> str:
    found = path.lstat()
    facts: tuple[object, ...] = (oct(found.st_mode), found.st_uid, found.st_gid, _attributes(path))
    if stat.S_ISLNK(found.st_mode):
        return repr((*facts, os.readlink(path), found.st_mtime_ns))  # noqa: PTH115  # Path tidies it
    if stat.S_ISREG(found.st_mode):
        content = hashlib.md5(path.read_bytes()).hexdigest()
        return repr((*facts, content, found.st_mtime_ns, names[found.st_ino]))
    return repr(facts)


@pytest.mark.parametrize("deaf", ["", "by choice"], ids=["watched", "scanned"])
def test_the_files_store_keeps_the_laws(tmp_path: Path, deaf: str) -> None:
    contract.check(Files(tmp_path, deaf), WRITES)


@pytest.mark.skipif(not SHARED_MEMORY.is_dir(), reason="there is no file system in memory here")
def test_it_keeps_them_where_a_write_to_a_mapping_leaves_no_trace() -> None:
    with tempfile.TemporaryDirectory(dir=SHARED_MEMORY) as place:
        contract.check(Files(Path(place), ""), WRITES)
