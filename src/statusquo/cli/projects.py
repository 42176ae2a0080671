"""What ``lint --project`` asks a Django project, in a process of its own: who hears of rows that are loaded."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from statusquo.assets.rule import Receiver

_COMMAND = ("-m", "statusquo.django", "receivers")
_LONGEST = 60
"""Seconds that a project may need to be imported."""


def receivers(folder: Path, models: Iterable[str]) -> tuple[Receiver, ...] | str:
    """The receivers that do not look at ``raw``; or why the project cannot be asked, as a sentence."""
    command = [sys.executable, *_COMMAND, *sorted(models)]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))}
    try:
        done = subprocess.run(
            command, cwd=folder, env=env, capture_output=True, text=True, timeout=_LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        return f"the project does not answer within {_LONGEST} s."
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or [f"it ended with {done.returncode}"]
        return f"the project in {folder} does not start: {last[0]}"
    said = json.loads(done.stdout.splitlines()[-1])
    return tuple(
        Receiver(each["model"], each["signal"], each["name"], _place(each["file"], each["line"])) for each in said
    )


def _place(file: str, line: int) -> str:
    path = Path(file)
    return f"{path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}:{line}"
