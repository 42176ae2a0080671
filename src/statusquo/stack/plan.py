"""What starts after what. Pure; ``stack`` asks. Names exist and there is no cycle: the configuration was checked."""

from __future__ import annotations

import graphlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from statusquo.core import graph
from statusquo.core.service import Service


@dataclass(frozen=True, slots=True)
class Plan:
    """Services in an order in which each comes after what it needs."""

    order: tuple[str, ...]
    needs: Mapping[str, tuple[str, ...]]

    def behind(self, name: str) -> tuple[str, ...]:
        """What a service needs, directly or not, in the order of starting."""
        return tuple(each for each in graph.order([name], self.needs) if each != name)

    @property
    def waves(self) -> tuple[tuple[str, ...], ...]:
        """The services that can start at the same time, wave after wave."""
        sorter = graphlib.TopologicalSorter(self.needs)
        sorter.prepare()
        waves: list[tuple[str, ...]] = []
        while sorter.is_active():
            wave = sorter.get_ready()
            sorter.done(*wave)
            waves.append(tuple(sorted(wave)))
        return tuple(waves)


def plan_start(services: Sequence[Service]) -> Plan:
    """The order in which *services* start."""
    needs = {service.name: service.needs for service in services}
    return Plan(graph.order(list(needs), needs), needs)
