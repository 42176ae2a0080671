"""Which aliases lead to a test database: those whose connections led elsewhere when the run began."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connections

Place = tuple[str, ...]
"""What tells one database from another: engine, host, port and name."""


@dataclass(frozen=True, slots=True)
class Databases:
    """The places of all aliases as the settings have them, remembered before any test database was made."""

    real: Mapping[str, Place]

    @classmethod
    def remember(cls) -> Databases:
        """Look at the settings; connects to nothing."""
        return cls({alias: place(alias) for alias in connections})

    def ours(self) -> tuple[str, ...]:
        """One alias for each test database that this run has switched to, in the order of the settings."""
        first: dict[Place, str] = {}
        real = {*self.real.values()}
        for alias in connections:
            if (where := place(alias)) not in real and not _is_mirror(alias):
                first.setdefault(where, alias)
        return tuple(first.values())


def place(alias: str) -> Place:
    """Where the alias leads now."""
    settings = connections[alias].settings_dict
    return tuple(str(settings.get(key) or "") for key in ("ENGINE", "HOST", "PORT", "NAME"))


def _is_mirror(alias: str) -> bool:
    return bool(connections[alias].settings_dict["TEST"].get("MIRROR"))
