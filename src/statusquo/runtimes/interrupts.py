"""Children that can be interrupted even where we cannot. The wiring opens it around the start of a stack.

A shell starts background jobs with SIGINT ignored, and children inherit that: an interrupt would never reach them, and
each would be waited for in vain before it is terminated. What is merely caught is not inherited (execve(2)).
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def inherited_as_default() -> Iterator[None]:
    """Within, a child starts with SIGINT as it should be; we go on to ignore it if we did.

    Only the main thread can arrange that; in another one nothing changes.
    """
    is_ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    if not is_ignored or threading.current_thread() is not threading.main_thread():
        yield
        return
    signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
