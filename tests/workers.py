"""How pytest-xdist shares the suite out among its workers (``-n 2``); ``conftest`` hands it over."""

from __future__ import annotations

from xdist.scheduler import LoadFileScheduling


class Scheduling(LoadFileScheduling):  # type: ignore[misc]  # it has no types
    """File after file, each to whoever is free; all that start containers to one worker, which has the one engine."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return "containers" if "compose" in file else file
