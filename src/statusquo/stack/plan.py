"""What starts after what, and what has to go first. Pure; ``stack`` asks.

Names exist and there is no cycle: the configuration was checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from statusquo.core import graph
from statusquo.core.service import Launch, Service


@dataclass(frozen=True, slots=True)
class Asked:
    """How a service was asked for; one that is asked for otherwise has to be started anew."""

    service: Service
    launch: Launch | None
    """Its command with every placeholder filled in; ``None`` for what has none."""
    code: str
    """A digest of the files that it runs."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Services in an order in which each comes after what it needs."""

    order: tuple[str, ...]
    needs: Mapping[str, tuple[str, ...]]

    def behind(self, name: str) -> tuple[str, ...]:
        """What a service needs, directly or not, in the order of starting; nothing if it is in no plan any more."""
        if name not in self.needs:
            return ()
        return tuple(each for each in graph.order([name], self.needs) if each != name)

    def with_needs(self, names: Iterable[str]) -> tuple[str, ...]:
        """The named services and all that they need, in the order of starting."""
        return graph.order(list(names), self.needs)

    def dependants(self, names: Iterable[str]) -> tuple[str, ...]:
        """The services that need one of the named ones, directly or not, in the order of starting; not these."""
        roots = set(names)
        return tuple(each for each in self.order if each not in roots and not roots.isdisjoint(self.behind(each)))


def plan_start(services: Sequence[Service]) -> Plan:
    """The order in which *services* start."""
    needs = {service.name: service.needs for service in services}
    return Plan(graph.order(list(needs), needs), needs)


def plan_replacement(running: Mapping[str, Asked], asked: Mapping[str, Asked]) -> Mapping[str, str]:
    """The running services that have to go, with the difference in words: those no longer asked for as they run."""
    differences = {name: _difference(was, asked.get(name)) for name, was in running.items()}
    return {name: difference for name, difference in differences.items() if difference}


def _difference(was: Asked, now: Asked | None) -> str:
    if now is None:
        return "it is not in the configuration any more"
    before, after = was.launch, now.launch
    if before and after and before.argv != after.argv:
        return f"command: {' '.join(after.argv)}"
    if before and after and before.cwd != after.cwd:
        return f"folder: {after.cwd}"
    if before and after and before.env != after.env:
        return f"environment: {', '.join(_changed(dict(before.env), dict(after.env)))}"
    if was.code != now.code:
        return "its code"
    return "" if was == now else "configuration"


def _changed(before: Mapping[str, str], after: Mapping[str, str]) -> Sequence[str]:
    """The names of variables that differ; their values may be secrets."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
