"""A baseline in a folder: the manifest as JSON, the contents as files. The store writes and reads it."""

from __future__ import annotations

import json
from pathlib import Path

from statusquo.stores.files import scan
from statusquo.stores.files.manifest import Manifest
from statusquo.stores.files.scan import Witness

FILE = "manifest.json"
CONTENTS = "contents"


def write(held: Manifest, folder: Path) -> None:
    """Write the manifest. Names that are no UTF-8 keep their bytes, as escapes in JSON."""
    paths = {path: [*witness, held.contents.get(path)] for path, witness in held.seen.items()}
    (folder / FILE).write_text(json.dumps({"racy": sorted(held.racy), "paths": paths}), encoding="ascii")


def read(folder: Path) -> Manifest:
    """The manifest that ``write`` wrote.

    Its witnesses are those of the folder it was captured from: where they are met again, nothing was written since.
    """
    found = json.loads((folder / FILE).read_text(encoding="ascii"))
    paths: dict[str, list[int]] = found["paths"]
    seen = {path: Witness(*witness[:-1]) for path, witness in paths.items()}
    contents = {path: known[-1] for path, known in found["paths"].items() if known[-1] is not None}
    return Manifest(seen, contents, scan.hard_links(seen, seen), frozenset(found["racy"]))
