"""Ending what a run left when nobody holds its processes any more: its owner was killed, or it was left up on purpose.

The wiring hands ``end`` to ``stack.ledger``. A process is ours when it is on record (number and start time), stands in
the session of one that is, descends from one that is, or carries the run's label. Never by name.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence

import psutil

from statusquo.core import processes
from statusquo.core.processes import ProcessId
from statusquo.runtimes import process, scratch

PATIENCE = 2.0
"""Seconds that each service gets to stop after an interrupt."""

CLOCK_DRIFT = 2.0
"""Seconds by which the start time of a process may seem to move while the system's clock is being set."""


def end(run: str, leaders: Sequence[ProcessId]) -> int:
    """End the processes of a run, its *leaders* in the order given, and remove its scratch folder.

    Returns how many processes there were; none is no error.
    """
    alive = [found for leader in leaders if (found := find(leader))]
    family = {*alive, *_family(leaders, alive), *process.labelled(processes.label(run))}
    for leader in alive:
        process.signal_group(leader.pid, signal.SIGINT)
        process.wait([leader], PATIENCE)
    process.end(family, PATIENCE)
    scratch.remove(run)
    return len(family)


def find(process_id: ProcessId) -> psutil.Process | None:
    """The very process, if it still runs."""
    try:
        found = psutil.Process(process_id.pid)
        is_same = abs(found.create_time() - process_id.started) < CLOCK_DRIFT
        return found if is_same and found.status() != psutil.STATUS_ZOMBIE else None
    except psutil.NoSuchProcess:
        return None


def _family(leaders: Sequence[ProcessId], alive: Sequence[psutil.Process]) -> Iterator[psutil.Process]:
    for one in alive:
        yield from process.descendants(one.pid)
    for leader in leaders:
        # A session's number is not given to a new process while the session has members. If somebody
        # else has the number now, the members are theirs.
        if find(leader) or not psutil.pid_exists(leader.pid):
            yield from process.in_session(leader.pid)
