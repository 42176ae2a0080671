"""The warehouse of ``tests/django/warehouse``: how its commands are run, in a process of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent / "warehouse"


def django(*words: str, database: str = ":memory:", cwd: Path = FOLDER) -> subprocess.CompletedProcess[str]:
    """Run ``python`` with *words*, as the warehouse's settings have it."""
    ours = {"DJANGO_SETTINGS_MODULE": "settings", "PYTHONPATH": str(FOLDER), "WAREHOUSE_DATABASE": database}
    env = {**os.environ, **ours}
    return subprocess.run(
        [sys.executable, *words], cwd=cwd, env=env, capture_output=True, text=True, timeout=120, check=False
    )


def ran(*words: str, database: str = ":memory:", cwd: Path = FOLDER) -> str:
    """What it prints when all is well."""
    done = django(*words, database=database, cwd=cwd)
    assert done.returncode == 0, done.stderr
    return done.stdout
