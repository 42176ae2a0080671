"""Reads files of a folder: to keep what is in them, and to tell whether those under suspicion really differ.

The store calls it with what a look has found, inside the picture's own opening of files, so that it is not heard.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from statusquo.core import diff
from statusquo.core.diff import Change
from statusquo.stores.files import copying, manifest, scan, xattrs
from statusquo.stores.files.manifest import UNREAD, Entry, Manifest, Suspects
from statusquo.stores.files.picture import Picture
from statusquo.stores.files.restore import Difference
from statusquo.stores.files.scan import Kind
from statusquo.stores.files.vault import Vault
from statusquo.stores.files.xattrs import Xattrs


class Reader:
    """One folder, its picture, and the vault."""

    def __init__(self, root: Path, picture: Picture, vault: Vault) -> None:
        self._root = root
        self._picture = picture
        self._vault = vault

    def keep(self, paths: Iterable[str]) -> tuple[dict[str, str], tuple[str, ...]]:
        """The contents of *paths*, in the vault now, and which of them are new there. Raises OSError."""
        contents: dict[str, str] = {}
        added: list[str] = []
        for path in paths:
            match self._picture.seen[path].kind:
                case "file":
                    with self._picture.reading(path) as file:
                        digest, is_new = self._vault.put(file)
                    contents[path] = digest
                    added += [digest] * is_new
                case "link":
                    contents[path] = scan.target(self._root / path)
        return contents, tuple(added)

    def examine(self, held: Manifest, suspects: Suspects) -> tuple[Difference, ...]:
        """The suspects that really differ, having read those files that may be the same for all that."""
        seen = self._picture.seen
        there = (*suspects.doubtful, *suspects.extra)
        names = scan.hard_links(seen, there)  # complete: a link made or removed changes the ctime of the others
        found: dict[str, Entry] = {}
        for path in there:
            now, then = seen[path], held.seen.get(path)
            may_be_same = then is not None and (then.kind, then.size) == (now.kind, now.size)
            content = self._content(path, now.kind) if may_be_same or now.kind != "file" else UNREAD
            found[path] = manifest.entry(seen[path], content, names.get(path, ()), self.attributes(path))
        pairs = (Difference(path, held.entry(path), found.get(path)) for path in suspects.all)
        return tuple(pair for pair in pairs if pair.held != pair.found)

    def changes(self, differences: Sequence[Difference]) -> tuple[Change, ...]:
        """The differences for people to read."""
        return tuple(self._change(each) for each in differences)

    def attributes(self, path: str) -> Xattrs:
        """The extended attributes of *path*."""
        return xattrs.read(str(self._root / path))

    def _content(self, path: str, kind: Kind) -> str:
        match kind:
            case "file":
                with suppress(PermissionError), self._picture.reading(path) as file:
                    return copying.digest(file)
                return UNREAD
            case "link":
                return scan.target(self._root / path)
        return ""

    def _change(self, each: Difference) -> Change:
        found = each.found
        if found and found.content == UNREAD:
            found = replace(found, content=self._content(each.path, found.kind))
        kind: diff.Kind = "deleted" if not found else "inserted" if not each.held else "updated"
        before, after = each.held.image if each.held else None, found.image if found else None
        return Change(kind, self._root.name, manifest.text(each.path), before, after)
