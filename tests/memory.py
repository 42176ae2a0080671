"""Where servers of tests keep what goes with the tests: in memory, if there is enough."""

from __future__ import annotations

import shutil
from pathlib import Path

ENOUGH = 2_000_000_000


def place() -> str | None:
    """A folder in memory; None stands for the system's folder of temporary files."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > ENOUGH else None
