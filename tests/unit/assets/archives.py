"""Archives as nobody should send them, for the tests of all that reads archives."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from typing import Literal


def member(name: str, content: bytes = b"hi", **more: object) -> tuple[tarfile.TarInfo, bytes]:
    """A member, with anything else that it shall have."""
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for key, value in more.items():
        setattr(info, key, value)
    return info, content


def archive(path: Path, *members: tuple[tarfile.TarInfo, bytes], mode: Literal["w", "w:gz"] = "w") -> Path:
    """An archive of these members, whatever they are."""
    with tarfile.open(path, mode) as tar:
        for info, content in members:
            tar.addfile(info, io.BytesIO(content))
    return path


def link(name: str, target: str, kind: bytes = tarfile.SYMTYPE) -> tuple[tarfile.TarInfo, bytes]:
    """A link, or anything else that has a target and no content."""
    return member(name, b"", type=kind, linkname=target)


HOSTILE = {
    "a path that climbs": ([member("a.txt"), member("up/../../x.txt")], r"up/\.\./\.\./x\.txt would leave the folder"),
    "an absolute path": ([member("a.txt"), member("/tmp/x.txt")], r"/tmp/x\.txt is an absolute path"),
    "a symbolic link": ([member("a.txt"), link("b", "/etc/passwd")], r"b is a link, to /etc/passwd"),
    "a link, and a file below it": ([link("b", "/tmp"), member("b/x.txt")], r"b is a link, to /tmp"),
    "a hard link": ([member("a.txt"), link("b", "a.txt", tarfile.LNKTYPE)], r"b is a link, to a\.txt"),
    "a device": ([member("a.txt"), link("b", "", tarfile.CHRTYPE)], r"b is neither a file nor a folder"),
    "a pipe": ([member("a.txt"), link("b", "", tarfile.FIFOTYPE)], r"b is neither a file nor a folder"),
    "a name twice": ([member("a.txt"), member("./a.txt")], r"\./a\.txt is there twice"),
    "a file below a file": ([member("a"), member("a/b")], r"a/b is below a file"),
    "a folder that was a file": ([member("a"), member("a", b"", type=tarfile.DIRTYPE)], r"a is there twice"),
    "a name of a hundred thousand folders": ([member("a/" * 100_000 + "b")], "a/.* is longer than 4096 bytes"),
    "a name that is not UTF-8": ([member("a.txt"), member("b\udcff")], r"b\\xff is not UTF-8"),
}
"""What it is, its members, and what is said of it."""
