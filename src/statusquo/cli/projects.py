"""What ``lint --project`` asks a Django project, in a process of its own: its models, and who hears of rows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from statusquo.assets import sidecar
from statusquo.assets.rule import Receiver
from statusquo.assets.sidecar import Lock

_COMMAND = ("-m", "statusquo.django")
_LONGEST = 60
"""Seconds that a project may need to be imported."""


def facts(folder: Path) -> Lock | None:
    """What a lock of the project's data would say: its models, its last migrations; None if it does not answer."""
    said = _run(folder, "facts")
    if isinstance(said, Silence):
        return None
    return sidecar.read(said[said.rindex("\n{\n") + 1 if "\n{\n" in said else 0 :], str(folder))


def receivers(folder: Path, models: Iterable[str]) -> tuple[Receiver, ...] | str:
    """The receivers of these models that do not look at ``raw``; or why the project cannot be asked, as a sentence."""
    said = _run(folder, "receivers", *sorted(models))
    if isinstance(said, Silence):
        return said.why
    found = json.loads(said.splitlines()[-1])
    return tuple(
        Receiver(each["model"], each["signal"], each["name"], _place(each["file"], each["line"])) for each in found
    )


@dataclass(frozen=True, slots=True)
class Silence:
    """Why a project does not answer, as a sentence."""

    why: str


def _run(folder: Path, *words: str) -> str | Silence:
    """What the project prints; before it may come what it prints when it is imported."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))}
    command = [sys.executable, *_COMMAND, *words]
    try:
        done = subprocess.run(
            command, cwd=folder, env=env, capture_output=True, text=True, timeout=_LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        return Silence(f"the project does not answer within {_LONGEST} s.")
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or [f"it ended with {done.returncode}"]
        return Silence(f"the project in {folder} does not start: {last[0]}")
    return done.stdout


def _place(file: str, line: int) -> str:
    path = Path(file)
    return f"{path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}:{line}"
