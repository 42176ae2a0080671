"""Ending what a run has left, whatever ran it: processes of this machine, containers. The ledger is given it."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

from statusquo.core.processes import ProcessId
from statusquo.runtimes import leftovers
from statusquo.runtimes.compose import override
from statusquo.stack import ledger
from statusquo.stack.ledger import End


def end(state: Path) -> End:
    """How to end the runs below *state*."""
    return functools.partial(_end, state)


def _end(state: Path, run: str, leaders: Sequence[ProcessId]) -> int:
    ended = leftovers.end(run, leaders)
    laid = ledger.runs_folder(state) / run / override.FILE
    if laid.is_file():
        from statusquo.runtimes.compose import leftovers as containers  # noqa: PLC0415 - the SDK is an extra

        ended += containers.end(laid, run)
    return ended
