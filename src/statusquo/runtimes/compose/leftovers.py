"""Removing what a run has made in the engine when its owner is gone. The wiring hands it to the ledger.

Everything of a run carries its label; nothing else is looked at, and never a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from statusquo.runtimes.compose import engine
from statusquo.runtimes.compose.copy import OVERRIDE


def end(folder: Path, run: str, environment: Mapping[str, str]) -> int:
    """Remove the containers, networks and volumes of the run in *folder*, if it made any; how many containers.

    Raises MissingProgram when they cannot be looked for.
    """
    if not any(folder.rglob(OVERRIDE)):
        return 0
    with closing(engine.connect(environment)) as connected:
        return connected.remove(run)
