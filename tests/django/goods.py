"""The warehouse of ``tests/django/warehouse``: how its commands are run, in a process of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "warehouse"


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str


def commands(*several: Sequence[str], database: str) -> tuple[Done, ...]:
    """Run commands of ``manage.py``, one after the other in one process."""
    said = ran("-m", "goods.several", database=database, told=json.dumps(several))
    return tuple(Done(**each) for each in json.loads(said))


def django(
    *words: str, database: str = ":memory:", cwd: Path = FOLDER, told: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run ``python`` with *words*, as the warehouse's settings have it."""
    ours = {"DJANGO_SETTINGS_MODULE": "settings", "PYTHONPATH": str(FOLDER), "WAREHOUSE_DATABASE": database}
    env = {**os.environ, **ours}
    return subprocess.run(
        [sys.executable, *words], cwd=cwd, env=env, input=told, capture_output=True, text=True, timeout=120, check=False
    )


def ran(*words: str, database: str = ":memory:", cwd: Path = FOLDER, told: str = "") -> str:
    """What it prints when all is well."""
    done = django(*words, database=database, cwd=cwd, told=told)
    assert done.returncode == 0, done.stderr
    return done.stdout
