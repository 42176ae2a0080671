"""Databases as the bytes of their pages. The store decides by these what a rewind has to do, and proves what it did.

Pure. Source of the offsets: https://www.sqlite.org/fileformat2.html#the_database_header
"""

from __future__ import annotations

from typing import Protocol

UNCOMPARED = (
    (18, 20),  # the journal mode: the live file keeps the one it has
    (24, 28),  # file change counter
    (40, 44),  # schema cookie
    (92, 100),  # version-valid-for, and the library that wrote last
)
"""Bytes of the header by which connections notice a change; a copy that is written back counts as one."""

AT_ONCE = 64
"""Pages that are compared in one step: most are equal."""

PAGE_SIZE = slice(16, 18)
LARGEST = 65536
"""The page size that does not fit its two bytes and is written as 1."""


class Bytes(Protocol):
    """Anything that is sliced as bytes are: a mapped file, too."""

    def __len__(self) -> int: ...

    def __getitem__(self, where: slice, /) -> bytes: ...


def count(content: Bytes) -> int:
    """How many pages a database has."""
    return len(content) // _page_size(content[PAGE_SIZE])


def count_differing(wanted: Bytes, found: Bytes) -> int:
    """How many pages of two databases differ, those that only one of them has included; 0: they are equal."""
    size = _page_size(wanted[PAGE_SIZE] or found[PAGE_SIZE])
    longer, many = max(len(wanted), len(found)), size * AT_ONCE
    blocks = ((wanted[at : at + many], found[at : at + many]) for at in range(size, longer, many))
    others = sum(_count(one, other, size) for one, other in blocks if one != other)
    return others + (_comparable(wanted[:size]) != _comparable(found[:size]))


def _count(wanted: bytes, found: bytes, size: int) -> int:
    longer = max(len(wanted), len(found))
    return sum(wanted[at : at + size] != found[at : at + size] for at in range(0, longer, size))


def _page_size(field: bytes) -> int:
    size = int.from_bytes(field, "big")
    return LARGEST if size == 1 else max(size, 512)


def _comparable(page: bytes) -> bytes:
    kept = bytearray(page)
    for start, end in UNCOMPARED:
        kept[start:end] = bytes(end - start)
    return bytes(kept)
