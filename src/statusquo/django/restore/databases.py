"""Which aliases lead to a test database: those whose connections led elsewhere when the run began."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
        aliases = (self.representative(alias) for alias in connections)
        return tuple(dict.fromkeys(alias for alias in aliases if alias))

    def representative(self, alias: str) -> str:
        """The first alias that leads to the test database of *alias*; empty if that is none of this run's."""
        where = place(alias)
        if where in self.real.values():
            return ""
        leading: Iterator[str] = (each for each in connections if place(each) == where and not _is_mirror(each))
        return next(leading)


def place(alias: str) -> Place:
    """Where the alias leads now."""
    settings = connections[alias].settings_dict
    return tuple(str(settings.get(key) or "") for key in ("ENGINE", "HOST", "PORT", "NAME"))


def _is_mirror(alias: str) -> bool:
    return bool(connections[alias].settings_dict["TEST"].get("MIRROR"))
