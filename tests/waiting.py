"""Waiting for what will happen, as long as it takes on a busy machine: for tests of what runs beside them."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 120.0
"""Seconds after which something will never happen."""
POLL = 0.02


def eventually(look: Callable[[], object], what: Callable[[], str] = lambda: "it has not happened") -> None:
    """Return when *look* finds something that is true; *what* says what there is instead."""
    deadline = time.monotonic() + PATIENCE
    while not look():
        assert time.monotonic() < deadline, what()
        time.sleep(POLL)


def wait_for(process: subprocess.Popen[bytes], *markers: Path) -> None:
    """Return when all markers are there, which *process* makes."""

    def look() -> bool:
        assert process.poll() is None, "it ended before the markers were there"
        return all(marker.exists() for marker in markers)

    eventually(look)
