"""Says what is being waited for once that takes longer than two seconds. ``session`` opens it around the start."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

PATIENCE = 2.0
"""Seconds of silence."""


class Progress:
    """Holds lines back until patience is over, then says them and all that come after; may be told from any thread."""

    def __init__(self, say: Callable[[str], None], *, patience: float = PATIENCE) -> None:
        self._say = say
        self._held: list[str] | None = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(patience, self._speak)
        self._timer.daemon = True

    def tell(self, line: str) -> None:
        """Take note of what is being done now."""
        with self._lock:
            if self._held is None:
                self._say(line)
            else:
                self._held.append(line)

    def _speak(self) -> None:
        with self._lock:
            for line in self._held or ():
                self._say(line)
            self._held = None

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        self._timer.join()
