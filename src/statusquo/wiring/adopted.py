"""The consent to rewind what somebody else runs, as it is kept below ``STATE/adopted``.

Who opens an external stack calls ``read`` first; ``adopting`` gives and takes back. The folder holds the nonce that
every adopted store carries in its mark (``record.json``), and how each of them was when it was adopted
(``roots/NAME``). It is written aside and renamed: it is whole, or not there.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from statusquo.config import Config, folders
from statusquo.core.errors import GuardError

_RECORD = "record.json"
_ROOTS = "roots"


@dataclass(frozen=True, slots=True)
class Adopted:
    """Stores of an external stack that may be rewound."""

    nonce: str
    """What the mark of each of them holds."""
    roots: Path
    """A folder for each of them, as ``Portable.save`` filled it: what a rewind goes back to."""

    def has(self, store: str) -> bool:
        """True when the store of that name is one of them."""
        return (self.roots / store).is_dir()


def read(config: Config) -> Adopted:
    """The consent to rewind the whole external stack of *config*. Raises GuardError if a store of it is not adopted."""
    found = find(config)
    missing = [each.name for each in config.stores if found is None or not found.has(each.name)]
    if found is None or missing:
        raise GuardError(
            f'The external stack "{config.name}" is not adopted: {", ".join(missing)}.',
            why="Somebody else runs it: nothing there is rewound before somebody has said by hand that tests may.",
            next="Run 'statusquo adopt': it shows what there is, and asks.",
        )
    return found


def find(config: Config) -> Adopted | None:
    """What is adopted of a stack, which may be a part of it; ``None``: nothing is."""
    folder = _folder(config)
    try:
        nonce = str(json.loads((folder / _RECORD).read_text(encoding="utf-8"))["nonce"])
    except FileNotFoundError:
        return None
    return Adopted(nonce, folder / _ROOTS)


@contextmanager
def renewed(config: Config, nonce: str) -> Iterator[Adopted]:
    """What takes the place of the record at the end, unless the block fails; it begins with the roots of the old one.

    One that holds no root in the end takes no place: nothing is adopted then.
    """
    folders.writable(config)
    folder = _folder(config)
    aside = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(mode=0o700)
    roots = aside / _ROOTS
    try:
        shutil.copytree(folder / _ROOTS, roots) if folder.is_dir() else roots.mkdir()
        yield Adopted(nonce, roots)
        (aside / _RECORD).write_text(json.dumps({"nonce": nonce}), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        if any(roots.iterdir()):
            aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _folder(config: Config) -> Path:
    return config.state / "adopted"
