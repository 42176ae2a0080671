"""What a check found: lint, doctor and leak detection all report these. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "info", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact worth telling: which check, where, what is, and what to do about it."""

    id: str
    level: Level
    place: str
    message: str
    hint: str = ""
    subject: str = ""
    """What it is about, for waivers: of lint the row, as ``app.model:pk``."""
    fixable: bool = False
    """True if the check that reports it can also mend it."""
