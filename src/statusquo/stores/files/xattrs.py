"""Extended attributes of files, folders and links, access control lists among them. Linux only; elsewhere none."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

STATE = ("user.", "system.posix_acl_", "security.capability")
"""Those that programs and administrators set; labels that a security module gives are its own."""

Xattrs = Mapping[str, bytes]


def read(path: str | int, *, follow_symlinks: bool = False) -> Xattrs:
    """What is set; empty where the file system has none, or nobody may know."""
    if sys.platform != "linux":
        return {}
    try:
        names = os.listxattr(path, follow_symlinks=follow_symlinks)
        return {
            name: os.getxattr(path, name, follow_symlinks=follow_symlinks) for name in names if name.startswith(STATE)
        }
    except OSError:
        return {}


def put_back(path: str | int, held: Xattrs) -> None:
    """Set and remove until they are as *held* has them; a link at *path* is followed. Raises OSError."""
    found = read(path, follow_symlinks=True)
    if found == held or sys.platform != "linux":
        return
    for name in found.keys() - held.keys():
        os.removexattr(path, name)
    for name in held:
        if found.get(name) != held[name]:
            os.setxattr(path, name, held[name])
