"""SIGTERM as an orderly end: pytest's teardown runs and the stack is stopped. ``session`` opens it around the stack."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import pytest

EXIT_CODE = 128 + signal.SIGTERM


@contextmanager
def orderly() -> Iterator[None]:
    """Within, SIGTERM ends pytest as Ctrl-C does, with exit code 143; afterwards it does what it did before.

    Signals reach the main thread only; in another one nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = signal.signal(signal.SIGTERM, _exit)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous if previous is not None else signal.SIG_DFL)


@contextmanager
def deferred() -> Iterator[None]:
    """Within, SIGTERM is ignored: what is being stopped is stopped to the end."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous if previous is not None else signal.SIG_DFL)


def _exit(number: int, frame: FrameType | None) -> None:
    pytest.exit("terminated (SIGTERM)", returncode=EXIT_CODE)
