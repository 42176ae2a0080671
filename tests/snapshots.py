"""Texts that are held against a file; STATUSQUO_TEST_SNAPSHOTS=write writes what there is, for a look at the diff."""

from __future__ import annotations

import os
from pathlib import Path


def check(text: str, file: Path) -> None:
    """Return if *text* is what *file* holds."""
    if os.environ.get("STATUSQUO_TEST_SNAPSHOTS") == "write":
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    assert text == (file.read_text() if file.exists() else "")
