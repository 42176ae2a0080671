"""What is read of archives and folders, member by member, and which names a member may have."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from statusquo.assets.volumes.volume import Member
from statusquo.core.errors import DatasetError

CHUNK = 2**18
"""Bytes that are read at once."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an archive may unpack to."""

    bytes: int = 4 * 2**30
    members: int = 500_000


@dataclass(frozen=True, slots=True)
class Item:
    """A member as it is found, whose content can be read until the next one is."""

    member: Member
    """Without its digest."""
    is_folder: bool
    time: float
    chunks: Callable[[], Iterator[bytes]]


LIMITS = Limits()


def digested(item: Item, also: Callable[[bytes], object] = lambda chunk: None) -> Member:
    """The member with its digest; *also* gets each piece of its content."""
    if item.is_folder:
        return item.member
    digest = hashlib.sha256()
    for chunk in item.chunks():
        digest.update(chunk)
        also(chunk)
    return Member(item.member.path, digest.hexdigest(), item.member.size, item.member.is_program)


_SHOWN = 200
"""Characters of a name."""
_LONGEST = 4096
"""No file system has longer paths."""


def trouble(path: str) -> str:
    """Why no member may be called so; empty if one may."""
    if path.startswith("/"):
        return "is an absolute path"
    if ".." in path.split("/"):
        return "would leave the folder"
    try:
        if len(path.encode()) > _LONGEST:
            return f"is longer than {_LONGEST} bytes"
    except UnicodeEncodeError:
        return "is not UTF-8"
    return "has a zero byte in its name" if "\0" in path else ""


def refuse(why: str, what: str) -> None:
    """Return if there is no reason why not. Raises DatasetError."""
    if why:
        raise DatasetError(f"{what} {why}.", next="Nothing was written.")


def shown(path: str) -> str:
    """A name for people: bytes that are no UTF-8 by their code."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
