"""The pages of a baseline beside a database file, for the run that comes after a killed one. The wiring calls it.

They are there from the first baseline until the run lets go of the file: who finds them knows that a run did not.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import closing
from pathlib import Path

from statusquo.core.baseline import Baseline, Rewound
from statusquo.stores.sqlite import mark, store
from statusquo.stores.sqlite.store import SqliteStore

_FILE = "file"
"""Says which file the pages belong to: another one may have come in its place."""


def write(path: Path, opened: SqliteStore, baseline: Baseline) -> None:
    """Keep the pages of *baseline* beside the file at *path*, in place of others; all of them, or none at all."""
    remove(path)
    made = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    opened.save(baseline, made)
    (made / _FILE).write_text(_identity(path), encoding="ascii")
    made.rename(_folder(path))


def put_back(name: str, path: Path, *, scratch: Path) -> Rewound | None:
    """Put the file back to what was kept of it, and keep that no longer; ``None`` if there is nothing to do.

    Raises Busy, StoreError.
    """
    nonce = mark.read(path) if path.exists() else None
    if nonce is None or not _is_of(path):
        remove(path)
        return None
    with closing(store.open_store(name, path, nonce=nonce, scratch=scratch)) as opened:
        done = opened.rewind(opened.resume(_folder(path)))
    remove(path)
    return done


def remove(path: Path) -> None:
    """Keep nothing for the file."""
    if _folder(path).exists():
        shutil.rmtree(_folder(path))


def _is_of(path: Path) -> bool:
    said = _folder(path) / _FILE
    return said.exists() and said.read_text(encoding="ascii") == _identity(path)


def _identity(path: Path) -> str:
    status = path.stat()
    return f"{status.st_dev} {status.st_ino}"


def _folder(path: Path) -> Path:
    return path.with_name(f"{path.name}.statusquo-baseline")
