"""A folder that somebody else made: what it holds, and how it is left as it was found. ``statusquo adopt`` asks."""

from __future__ import annotations

from pathlib import Path

from statusquo.core import guard
from statusquo.core.errors import StoreError
from statusquo.core.holding import Holding, count
from statusquo.stores.files import mark


def look(store: str, root: Path) -> Holding:
    """What the folder *root* holds; only reads. Raises StoreError for what is no folder, or where a disk is mounted."""
    if root.is_symlink() or not root.is_dir():
        raise StoreError(f'Store "{store}": {root} is no folder.', next="Give the folder itself.")
    if mark.is_mounted(root):
        raise StoreError(
            f'Store "{store}": on {root} another file system is mounted.',
            why="The mark stands beside a folder, and would still be there when another disk is mounted.",
            next="Give a folder inside of it.",
        )
    sizes = [path.lstat().st_size for path in root.rglob("*") if path.is_symlink() or not path.is_dir()]
    return Holding(sum(sizes), count(len(sizes), "file"), 0, mark.read(root))


def release(store: str, root: Path, *, nonce: str) -> None:
    """Take the mark away from the folder that carries it. Nothing happens without a mark. Raises GuardError."""
    found = mark.read(root)
    if found is not None:
        guard.check(store=store, where=str(root), found=found, expected=nonce)
        mark.remove(root)
