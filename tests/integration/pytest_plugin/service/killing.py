"""Ends a service of the project as an accident would. Tests of the project import it."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import psutil


def leader(service: str, stack: Any = None) -> psutil.Process:
    """The first process of a service of this very project, of this very lane if there are several."""
    run = stack.folder("data").parts[-3] if stack else ""
    found = next(each for each in psutil.process_iter() if _is_leader(each, service, run))
    return psutil.Process(found.pid)  # psutil remembers what had the number before


def kill(service: str, stack: Any = None) -> None:
    """kill -9; returns when it is dead and its parent, the supervisor, has taken note, or does not look after it now.

    Dead is not enough: a parent is told of no process of which a thread is still ending.
    """
    process = leader(service, stack)
    process.send_signal(signal.SIGKILL)
    while not _is_dead(process):
        time.sleep(0.005)
    deadline = time.monotonic() + 0.5
    while psutil.pid_exists(process.pid) and time.monotonic() < deadline:
        time.sleep(0.005)


def _is_dead(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _is_leader(process: psutil.Process, service: str, run: str) -> bool:
    try:
        said = process.environ()
        is_first = os.getsid(process.pid) == process.pid
        return is_first and said.get("STATUSQUO_SERVICE") == service and _is_ours(said["STATUSQUO_RUN"], run)
    except (psutil.Error, OSError):
        return False


def _is_ours(found: str, run: str) -> bool:
    return found == run if run else (Path.cwd() / ".statusquo" / "runs" / found).is_dir()
