"""A baseline in a folder: the manifest as JSON, the contents as files. The store writes and reads it."""

from __future__ import annotations

import base64
import json
from pathlib import Path

from statusquo.stores.files import scan
from statusquo.stores.files.manifest import Manifest
from statusquo.stores.files.scan import Witness
from statusquo.stores.files.xattrs import Xattrs

FILE = "manifest.json"
CONTENTS = "contents"


def write(held: Manifest, folder: Path) -> None:
    """Write the manifest. Names that are no UTF-8 keep their bytes, as escapes in JSON."""
    paths = {path: [*witness, held.contents.get(path)] for path, witness in held.seen.items()}
    attributes = {path: _encoded(found) for path, found in held.xattrs.items()}
    all_of_it = {"racy": sorted(held.racy), "paths": paths, "xattrs": attributes}
    (folder / FILE).write_text(json.dumps(all_of_it), encoding="ascii")


def read(folder: Path) -> Manifest:
    """The manifest that ``write`` wrote.

    Its witnesses are those of the folder it was captured from: where they are met again, nothing was written since.
    """
    found = json.loads((folder / FILE).read_text(encoding="ascii"))
    paths: dict[str, list[int]] = found["paths"]
    seen = {path: Witness(*witness[:-1]) for path, witness in paths.items()}
    contents = {path: known[-1] for path, known in found["paths"].items() if known[-1] is not None}
    attributes = {path: _decoded(held) for path, held in found["xattrs"].items()}
    return Manifest(seen, contents, scan.hard_links(seen, seen), attributes, frozenset(found["racy"]))


def _encoded(attributes: Xattrs) -> dict[str, str]:
    return {name: base64.b64encode(value).decode() for name, value in attributes.items()}


def _decoded(attributes: dict[str, str]) -> Xattrs:
    return {name: base64.b64decode(value) for name, value in attributes.items()}
