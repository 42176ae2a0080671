"""Reading what services print: the end of a log, or what came after a point in it. Everybody who reports uses it."""

from __future__ import annotations

from pathlib import Path

LAST = 20
"""How many lines of a log an error shows."""

BLOCK = 64 * 1024
"""How much of a log's end is read for its last lines."""


def size(log: Path) -> int:
    """How long a log is by now, in bytes; 0 if there is none yet."""
    return log.stat().st_size if log.exists() else 0


def since(log: Path, offset: int) -> str:
    """What a log got after the first *offset* bytes; undecodable bytes are replaced."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(offset)
        return file.read().decode(errors="replace")


def tail(log: Path, lines: int = LAST) -> tuple[str, ...]:
    """The last lines of a log, without reading all of it."""
    return tuple(since(log, max(0, size(log) - BLOCK)).splitlines()[-lines:])
