"""Test databases that turn out to be needed while tests run; the plugin asks for them at the first query of a fixture.

pytest-django makes those that marks and classes name before the first test, and no others.
"""

from __future__ import annotations

from django import VERSION
from django.db import DEFAULT_DB_ALIAS, connections

from statusquo.django.guard import Guard

_AT_ONCE = {"serialize": False} if VERSION < (6,) else {}
"""Django 5.2 would hold all rows in memory; later ones do so only when told to, and warn of the word."""


class Late:
    """Makes the missing ones and removes them at the end. The caller has opened the blocker."""

    def __init__(self, guard: Guard, *, verbosity: int = 0, is_kept: bool = False, is_reused: bool = False) -> None:
        self._guard = guard
        self._verbosity = verbosity
        self._is_kept = is_kept
        self._is_reused = is_reused
        self._made: list[tuple[str, str]] = []

    def ensure(self, alias: str) -> None:
        """Have the alias lead to its test database, and before it those that it depends on."""
        if self._guard.has_made(alias):
            return
        connection = connections[alias]
        settings = connection.settings_dict["TEST"]
        if mirrored := settings["MIRROR"]:
            self.ensure(mirrored)
            connection.creation.set_as_test_mirror(connections[mirrored].settings_dict)
            return
        for other in settings.get("DEPENDENCIES", [] if alias == DEFAULT_DB_ALIAS else [DEFAULT_DB_ALIAS]):
            self.ensure(other)
        self._make(alias)

    def remove(self) -> None:
        """Remove what was made, the last first, unless databases are kept; closes all connections."""
        if self._made:
            connections.close_all()  # a mirror's would be in the way
        while self._made:
            alias, name = self._made.pop()
            connections[alias].creation.destroy_test_db(name, self._verbosity, keepdb=self._is_kept)

    def _make(self, alias: str) -> None:
        connection = connections[alias]
        name = connection.settings_dict["NAME"]
        connection.creation.create_test_db(self._verbosity, autoclobber=True, keepdb=self._is_reused, **_AT_ONCE)
        self._made.append((alias, name))
