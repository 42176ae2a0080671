"""Waiting for the transactions of others, and not for ever. ``live`` and ``memory`` wait."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from typing import TypeVar

PAUSE = 0.001
"""Seconds between two tries."""

HELD = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
IN_USE = "destination database is in use"
"""What SQLite says, without a code, where a cursor of the connection that is written to has rows left."""

Result = TypeVar("Result")


class Held(sqlite3.OperationalError):
    """Something is in the way that may end by itself."""


def until_free(act: Callable[[], Result], settle: float) -> Result:
    """What *act* returns, which is tried for *settle* seconds while somebody is in its way. Raises sqlite3.Error."""
    deadline = time.monotonic() + settle
    while True:
        try:
            return act()
        except sqlite3.Error as error:
            if not is_held(error) or time.monotonic() > deadline:
                raise
            time.sleep(PAUSE)


def give_up(status: int, _remaining: int, _total: int) -> None:
    """End a backup that met a lock: by itself it would try for ever."""
    if _is_lock(status):
        raise Held


def is_held(error: sqlite3.Error) -> bool:
    """True if a transaction or a cursor of somebody is in the way."""
    code = getattr(error, "sqlite_errorcode", 0)  # Held has none, nor have errors of Python's own module
    return isinstance(error, Held) or _is_lock(code) or IN_USE in str(error)


def _is_lock(code: int) -> bool:
    return code & 0xFF in HELD  # the rest says whose it is
