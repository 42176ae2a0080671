"""A store that is a mapping: the laws of a store in their plainest form, and the double that other rooms test with."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from statusquo.core import diff
from statusquo.core.baseline import Baseline, Rewound, Touched
from statusquo.core.diff import Change, Diff, Image
from statusquo.core.layers import Layers

Groups = Mapping[str, Mapping[str, Image]]
"""Items by their name, by the name of their group."""


class MemoryStore:
    """Named groups of items, written to by the test itself. A group without items is no group."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._groups: Groups = {}
        self._layers: Layers[Groups] = Layers(name)

    @property
    def groups(self) -> Groups:
        """What the store holds now; never changed in place."""
        return self._groups

    def put(self, group: str, item: str, image: Image) -> None:
        """Insert an item, or replace it."""
        self._groups = {**self._groups, group: {**self._groups.get(group, {}), item: image}}

    def remove(self, group: str, item: str) -> None:
        """Delete an item; nothing happens if there is none."""
        kept = {name: image for name, image in self._groups.get(group, {}).items() if name != item}
        self._groups = {name: items for name, items in {**self._groups, group: kept}.items() if items}

    def capture(self) -> Baseline:
        """Make the current state a baseline, inside those that exist."""
        return self._layers.push(self._groups)

    def rewind(self, to: Baseline) -> Rewound:
        """Put back what changed since *to* and drop the baselines captured after it. Raises StaleBaseline."""
        started = time.perf_counter()
        then = self._layers.find(to)
        changed = Counter(change.group for change in _changes(then, self._groups))
        self._groups = then
        self._layers.drop_above(to)
        touched = tuple(Touched(group, items) for group, items in changed.items())
        return Rewound(self.name, time.perf_counter() - started, touched)

    def diff(self, since: Baseline) -> Diff:
        """What changed since *since*; only reads. Raises StaleBaseline."""
        return Diff(self.name, _changes(self._layers.find(since), self._groups))

    def close(self) -> None:
        """Forget the baselines; the state stays as it is."""
        self._layers.clear()

    def save(self, baseline: Baseline, folder: Path) -> None:
        """Write the state of *baseline* to *folder*. Raises StaleBaseline."""
        (folder / "groups.json").write_text(json.dumps(self._layers.find(baseline)), encoding="utf-8")

    def resume(self, folder: Path) -> Baseline:
        """Take a saved baseline up again as the outermost one."""
        saved: Groups = json.loads((folder / "groups.json").read_text(encoding="utf-8"))
        self._layers.clear()
        return self._layers.push(saved)


def _changes(before: Groups, after: Groups) -> tuple[Change, ...]:
    groups = sorted({*before, *after})
    return tuple(
        change for group in groups for change in diff.compare_items(group, before.get(group, {}), after.get(group, {}))
    )
