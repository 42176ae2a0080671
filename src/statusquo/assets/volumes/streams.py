"""The compressions of archives: told by content when read, by name when written.

zstd is in the standard library from Python 3.14 on, before that in the package ``backports.zstd``.
"""

from __future__ import annotations

import bz2
import gzip
import importlib
import lzma
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path, PurePath
from typing import IO, Any, BinaryIO, TypeVar, cast

from statusquo.core.errors import DatasetError, MissingProgram

SUFFIXES = {
    ".tar": "",
    ".tar.gz": "gz",
    ".tgz": "gz",
    ".tar.bz2": "bz2",
    ".tbz2": "bz2",
    ".tar.xz": "xz",
    ".txz": "xz",
    ".tar.zst": "zst",
    ".tzst": "zst",
}
_MAGIC = {b"\x1f\x8b": "gz", b"BZh": "bz2", b"\xfd7zXZ\x00": "xz", b"\x28\xb5\x2f\xfd": "zst"}
_LONGEST_MAGIC = max(map(len, _MAGIC))
_LONGEST_HEADER = 2**20
"""What comes before the content of a member needs no more; a header that says so, or goes on and on, is a bomb."""
_DAMAGED = (OSError, EOFError, zlib.error, lzma.LZMAError)
"""What reading compressed bytes raises that are not as they were written; zstd has an error of its own."""
_LEVEL = 12
"""Of zstd: what is packed once is read often, and levels above take seconds for each MB."""


def is_archive(path: PurePath) -> bool:
    """True for a name that archives have."""
    return path.name.endswith(tuple(SUFFIXES))


@contextmanager
def reading(path: Path, *, most: int) -> Iterator[Bounded]:
    """The uncompressed bytes of an archive, not more than *most*. Raises DatasetError, also when read from."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read.", why=f"{error.strerror}.") from error
    with file:
        magic = file.read(_LONGEST_MAGIC)
        file.seek(0)
        kind = next((kind for start, kind in _MAGIC.items() if magic.startswith(start)), "")
        damaged = (*_DAMAGED, _zstd(path).ZstdError) if kind == "zst" else _DAMAGED
        with _READERS[kind](file, path) as stream:
            yield Bounded(stream, path, most, damaged)


@contextmanager
def writing(file: BinaryIO, name: PurePath) -> Iterator[IO[bytes]]:
    """A stream into *file*, compressed as *name* asks for. Raises DatasetError for a name that no archive has.

    bz2 makes the same bytes everywhere; what gz, xz and zst make depends on the version of their library.
    """
    with _WRITERS[compression(name)](file, name) as stream:
        yield stream


def compression(name: PurePath) -> str:
    """The compression that an archive's name asks for. Raises DatasetError for a name that none has."""
    suffixes = [each for each in SUFFIXES if name.name.endswith(each)]
    if not suffixes:
        raise DatasetError(f"{name}: no archive is called so.", next=f"Use one of {', '.join(SUFFIXES)}.")
    return SUFFIXES[max(suffixes, key=len)]


_Some = TypeVar("_Some")


class Bounded:
    """A stream that is read so far and no further, and says what is wrong with it and where."""

    def __init__(self, stream: IO[bytes], path: Path, most: int, damaged: tuple[type[Exception], ...]) -> None:
        self._stream, self._path, self._most, self._damaged = stream, path, most, damaged
        self._left: int | None = None

    @contextmanager
    def header(self) -> Iterator[None]:
        """What is read in this block are headers."""
        self._left = _LONGEST_HEADER
        try:
            yield
        finally:
            self._left = None

    def read(self, size: int) -> bytes:
        """The next bytes."""
        if self._left is not None:
            self._left -= size
            if size < 0 or self._left < 0:
                raise self._wrong(f"a header has more than {_LONGEST_HEADER:,} bytes")
        found = self._try(lambda: self._stream.read(size))
        if self.tell() > self._most:
            raise self.too_much()
        return found

    def seek(self, position: int) -> int:
        """Go on elsewhere."""
        if position > self._most:
            raise self.too_much()
        return self._try(lambda: self._stream.seek(position))

    def tell(self) -> int:
        """How far it was read."""
        return self._stream.tell()

    def too_much(self) -> DatasetError:
        """The error for an archive that unpacks to more than it may."""
        return self._wrong(f"it unpacks to more than {self._most:,} bytes", "If you trust it, set a higher limit.")

    def _try(self, act: Callable[[], _Some]) -> _Some:
        try:
            return act()
        except self._damaged as error:
            raise self._wrong(f"damaged or cut off: {error}") from error

    def _wrong(self, what: str, next: str = "") -> DatasetError:
        return DatasetError(f"{self._path}: {what}.", next=next)


_Open = Callable[[BinaryIO, PurePath], AbstractContextManager[IO[bytes]]]
_READERS: dict[str, _Open] = {
    "": lambda file, _: nullcontext(file),
    "gz": lambda file, _: cast("IO[bytes]", gzip.GzipFile(fileobj=file)),
    "bz2": lambda file, _: bz2.BZ2File(file),
    "xz": lambda file, _: lzma.open(file),  # noqa: SIM115 - it is a context that ``reading`` enters
    "zst": lambda file, path: cast("IO[bytes]", _zstd(path).ZstdFile(file)),
}
_WRITERS: dict[str, _Open] = {
    "": lambda file, _: nullcontext(file),
    "gz": lambda file, _: cast("IO[bytes]", gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0)),
    "bz2": lambda file, _: bz2.BZ2File(file, "wb"),
    "xz": lambda file, _: lzma.open(file, "wb"),  # noqa: SIM115 - as above
    "zst": lambda file, path: cast("IO[bytes]", _zstd(path).ZstdFile(file, "wb", level=_LEVEL)),
}


def _zstd(path: PurePath) -> Any:
    for name in ("compression.zstd", "backports.zstd"):
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    raise MissingProgram(
        f"{path}: this Python cannot read or write zstd.", next="Run: pip install 'statusquo[data]', or use bz2."
    )
