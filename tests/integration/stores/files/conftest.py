"""A marked folder, stores over it, and an ordinary user to be."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from statusquo.stores.files import mark
from statusquo.stores.files.store import FilesStore, open_store
from tests import folders

NOBODY = 65534


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that an ordinary user can reach, which those of pytest are not."""
    folder = Path(tempfile.mkdtemp(prefix="statusquo-test-"))
    folder.chmod(0o755)
    yield folder
    folders.remove(folder)


@pytest.fixture
def root(place: Path) -> Path:
    folder = place / "media"
    folder.mkdir()
    mark.write(folder, "ours")
    return folder


@pytest.fixture
def opened(root: Path, place: Path) -> Iterator[Callable[[], FilesStore]]:
    """Opens a store."""
    with ExitStack() as stack:

        def open_one() -> FilesStore:
            store = open_store("media", root, nonce="ours", scratch=place / "scratch")
            stack.callback(store.close)
            return store

        yield open_one


@pytest.fixture
def as_ordinary_user(root: Path, place: Path) -> Iterator[None]:
    """Without the rights of root, whose eyes see through closed doors."""
    if os.geteuid() != 0:
        yield
        return
    for path in (place, root, place / "media.statusquo-mark"):
        os.chown(path, NOBODY, NOBODY)
    os.seteuid(NOBODY)
    yield
    os.seteuid(0)
