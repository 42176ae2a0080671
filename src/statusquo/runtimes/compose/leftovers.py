"""Removing what a run has made in the engine when its owner is gone. The wiring hands it to the ledger.

Everything of a run carries its label; nothing else is looked at, and never a name.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from statusquo.runtimes.compose import engine, override


def end(file: Path, run: str) -> int:
    """Remove the containers, networks and volumes of the run whose override is *file*; how many containers.

    Raises MissingProgram when its engine does not answer.
    """
    with closing(engine.connect({"DOCKER_HOST": override.host(file.read_text())})) as connected:
        return connected.remove({engine.RUN: run})
