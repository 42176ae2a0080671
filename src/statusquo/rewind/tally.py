"""What rewinding cost in a run: events in, figures out. Pure; the doors collect the events and print the figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from statusquo.core.baseline import Rewound
from statusquo.core.events import Event, LateWrite, LayerPushed, ServiceDied, StackChecked, StackRewound


@dataclass(frozen=True, slots=True)
class StoreFigures:
    """What one store had to put back in the whole run."""

    name: str
    touched: int
    """Rewinds that found something to do."""
    items: int
    """Rows, counters, keys and files put back."""
    seconds: float
    """Time in all its rewinds, clean ones included."""
    notes: tuple[str, ...]
    """Why rewinds took a slower way than usual, each reason once."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What rewinding cost in the whole run; all times in seconds."""

    rewinds: int
    clean: int
    """Rewinds that found nothing to do."""
    median: float
    total: float
    """All rewinds, checks before tests and captures of layers."""
    layers: int
    """Layers pushed, the outermost included."""
    stores: tuple[StoreFigures, ...]
    """In the order in which they are put back."""
    late: tuple[LateWrite, ...]
    died: tuple[ServiceDied, ...] = ()


def figures(events: Iterable[Event]) -> Figures:
    """The figures of a run from its events, whatever else is among them."""
    heard = tuple(events)
    rewinds = [event for event in heard if isinstance(event, StackRewound)]
    checks = [event.seconds for event in heard if isinstance(event, StackChecked)]
    layers = [event.seconds for event in heard if isinstance(event, LayerPushed)]
    late = tuple(event for event in heard if isinstance(event, LateWrite))
    costs = [event.seconds for event in rewinds]
    reports = [store for event in heard if isinstance(event, StackRewound | LateWrite) for store in event.stores]
    return Figures(
        rewinds=len(rewinds),
        clean=sum(all(store.is_clean for store in event.stores) for event in rewinds),
        median=median(costs) if costs else 0.0,
        total=sum(costs) + sum(checks) + sum(layers) + sum(store.seconds for event in late for store in event.stores),
        layers=len(layers),
        stores=_by_store(reports),
        late=late,
        died=tuple(event for event in heard if isinstance(event, ServiceDied)),
    )


def _by_store(reports: Iterable[Rewound]) -> tuple[StoreFigures, ...]:
    grouped: dict[str, list[Rewound]] = {}
    for report in reports:
        grouped.setdefault(report.store, []).append(report)
    return tuple(
        StoreFigures(
            name=name,
            touched=sum(not report.is_clean for report in of_store),
            items=sum(report.items for report in of_store),
            seconds=sum(report.seconds for report in of_store),
            notes=tuple(dict.fromkeys(note for report in of_store for note in report.notes)),
        )
        for name, of_store in grouped.items()
    )
