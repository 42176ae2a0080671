"""Who keeps a database file from being put back, as an error a user can act on. ``live`` raises it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psutil

from statusquo.core import processes
from statusquo.core.errors import Busy


def busy(store: str, database: Path, *, held: str, settle: float) -> Busy:
    """The error that says what kind of transaction is in the way, and which processes have the file open."""
    others = ", ".join(_others(database)) or "no process that can be seen from here: look for one of another account"
    return Busy(
        f'Store "{store}": {database} cannot be put back, a connection holds a {held} transaction.',
        why=f"It did not end within {settle:g} s. The file is open in {others}.",
        next="Commit, roll back or close the cursor there, or wait longer with rewind.settle.",
    )


def _others(database: Path) -> Iterator[str]:
    """The processes that have the file open, by service; ourselves, too, if a test has its own connection to it."""
    real = str(database.resolve())
    us = psutil.Process().pid
    for process in psutil.process_iter():
        try:
            times = sum(file.path == real for file in process.open_files())
            name = process.environ().get(processes.SERVICE) or process.name()
        except psutil.Error:
            continue
        if times > (process.pid == us):  # the store's own connection is one
            yield "this process" if process.pid == us else f"{name} (pid {process.pid})"
