"""Keeps a connection to PostgreSQL through the moment at which Django closes it: a new login costs more than a rewind.

Django closes all connections after a test that commits, so that no setting of a session outlives it. The server's own
word for that is ``DISCARD ALL``, whose page says what it stands for:
https://www.postgresql.org/docs/current/sql-discard.html.
All of that is done but DISCARD PLANS: nobody sees plans, and those of the journal's triggers would be made anew in each
test, 0.2 ms for each table that it writes to.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

DISCARD = """
    CLOSE ALL;
    SET SESSION AUTHORIZATION DEFAULT;
    RESET ALL;
    DEALLOCATE ALL;
    UNLISTEN *;
    SELECT pg_advisory_unlock_all();
    DISCARD TEMP;
    DISCARD SEQUENCES
"""


class Parked:
    """At most one connection for each wrapper, which gets it back when it connects again."""

    def __init__(self) -> None:
        self._kept: dict[BaseDatabaseWrapper, tuple[object, Any]] = {}

    def park(self, wrapper: BaseDatabaseWrapper) -> None:
        """Take the connection out of *wrapper*, which looks closed from now on; one that is not fit stays there."""
        raw = wrapper.connection
        if wrapper.vendor != "postgresql" or raw is None or raw.closed or not _may_be_parked(wrapper, raw):
            return
        try:
            _clean(raw)
        except wrapper.Database.Error:
            return
        self._kept[wrapper] = (_login(wrapper), raw)
        wrapper.connection = None
        wrapper.get_new_connection = lambda parameters: self._take(wrapper, parameters)

    def close(self) -> None:
        """Hang up, and leave the wrappers as they were."""
        for wrapper in tuple(self._kept):
            self._taken(wrapper).close()

    def _take(self, wrapper: BaseDatabaseWrapper, parameters: dict[str, object]) -> object:
        leads_there = self._kept[wrapper][0] == _login(wrapper)
        raw = self._taken(wrapper)
        if leads_there and not raw.closed:
            return raw
        raw.close()
        return wrapper.get_new_connection(parameters)

    def _taken(self, wrapper: BaseDatabaseWrapper) -> Any:
        """The connection that is kept for *wrapper*, and no more from now on."""
        vars(wrapper).pop("get_new_connection", None)
        return self._kept.pop(wrapper)[1]


def _may_be_parked(wrapper: BaseDatabaseWrapper, raw: Any) -> bool:
    """A pool keeps its own; and a driver that prepares statements would not notice that they were discarded."""
    return "pool" not in wrapper.settings_dict["OPTIONS"] and getattr(raw, "prepare_threshold", None) is None


def _login(wrapper: BaseDatabaseWrapper) -> object:
    """What a connection depends on that a test may override."""
    return {**wrapper.settings_dict}


def _clean(raw: Any) -> None:
    """Make the session as good as new; the client's half, too."""
    raw.rollback()
    raw.autocommit = True
    with raw.cursor() as cursor:
        cursor.execute(DISCARD)
    raw.autocommit = False
