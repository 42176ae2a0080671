"""SIGTERM as an orderly end: pytest's teardown runs and the stack is stopped. ``session`` opens it around the stack."""

from __future__ import annotations

import ctypes
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import pytest

EXIT_CODE = 128 + signal.SIGTERM
_PR_SET_PDEATHSIG = 1  # prctl(2)


@contextmanager
def orderly() -> Iterator[None]:
    """Within, SIGTERM ends pytest as Ctrl-C does, with exit code 143; afterwards it does what it did before.

    Signals reach the main thread only; in another one nothing changes.
    """
    if not _is_main():
        yield
        return
    previous = signal.signal(signal.SIGTERM, _exit)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL if previous is None else previous)


def ignore() -> None:
    """From now on to the end of ``orderly`` SIGTERM does nothing: what is being stopped is stopped to the end."""
    if _is_main():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)


def follow_parent() -> None:
    """Have this process get SIGTERM when its parent is gone, however that ended (Linux; elsewhere nothing happens).

    For workers of pytest-xdist: one whose controller was killed would finish its test first, if it ever does.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _is_main() -> bool:
    return threading.current_thread() is threading.main_thread()


def _exit(number: int, frame: FrameType | None) -> None:
    pytest.exit("terminated (SIGTERM)", returncode=EXIT_CODE)
